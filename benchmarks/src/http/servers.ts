import { fileURLToPath } from 'node:url';
import { freePorts } from '@driftloop/local';
import { pythonEnvironment } from '../harness/python-environment.ts';
import { inferenceService } from '../serve/contenders.ts';
import { type Measured, startMeasured } from '../serve/process.ts';
import type { Setting } from '../serve/setting.ts';

/** Something that answers calls of the Open Inference Protocol. */
export interface Server {
  readonly name: string;
  readonly baseUrl: string;
  /** CPU seconds so far; undefined where the system does not say. */
  cpuSeconds(): number | undefined;
  stop(): Promise<void>;
}

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const PEER_PACKAGES = ['fastapi', 'uvicorn[standard]', 'onnxruntime', 'numpy'];
const NO_LIMIT = '100000000';

/** The gateway and the inference service, as processes of their own. */
export async function startGateway(setting: Setting, clickhouseUrl: string): Promise<Server> {
  const [port] = await freePorts(1);
  const inference = inferenceService(setting).start();
  const gateway = startMeasured([process.execPath, here('../../../services/gateway/src/main.ts')], {
    ...setting.environment,
    CLICKHOUSE_URL: clickhouseUrl,
    GATEWAY_PORT: String(port),
    GATEWAY_GRPC_PORT: '0',
    GATEWAY_RATE_LIMIT: NO_LIMIT,
  });
  const stop = async () => {
    await Promise.all([gateway.stop(), inference.stop()]);
  };
  try {
    await Promise.race([Promise.all([gateway.ready, inference.ready]), gateway.failed, inference.failed]);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    name: 'gateway through Kafka',
    baseUrl: `http://127.0.0.1:${port}`,
    cpuSeconds: gateway.cpuSeconds,
    stop,
  };
}

/** onnxruntime behind FastAPI. @throws what pip says where it cannot be installed */
export async function startFastApi({ modelPath }: Setting): Promise<Server> {
  const python = await pythonEnvironment(PEER_PACKAGES);
  const [port] = await freePorts(1);
  const server: Measured = startMeasured([python, here('peer/fastapi_server.py')], {
    PEER_MODEL: modelPath,
    PEER_PORT: String(port),
  });
  const baseUrl = `http://127.0.0.1:${port}`;
  try {
    await Promise.race([untilItListens(`${baseUrl}/docs`), server.failed]);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return { name: 'FastAPI alone', baseUrl, cpuSeconds: server.cpuSeconds, stop: server.stop };
}

const LISTENS_MS = 30_000;

async function untilItListens(url: string): Promise<void> {
  const deadline = performance.now() + LISTENS_MS;
  for (;;) {
    try {
      if ((await fetch(url)).ok) return;
    } catch (error) {
      if (performance.now() > deadline) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
