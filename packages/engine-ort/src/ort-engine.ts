import type {
  Device,
  Engine,
  EngineSession,
  EngineState,
  LoadOptions,
  StateEntry,
} from '@driftloop/autodiff';
import { DriftloopError } from '@driftloop/errors';
import { env, InferenceSession } from 'onnxruntime-node';
import { DeviceTransfer } from './device-transfer.ts';
import { firstLine } from './failure.ts';
import { HostState } from './host-state.ts';
import { OrtSession } from './ort-session.ts';
import { OrtState } from './ort-state.ts';
import { ParallelSession } from './parallel/parallel-session.ts';

export interface OrtEngineOptions {
  /**
   * Where graphs run. cpu and webgpu are in the package; cuda where its provider is installed
   * (docs/gpu.md).
   * @default 'cpu'
   */
  readonly device?: Device;
  /** Threads of one run on the CPU, ≥ 1. @default 1 */
  readonly threads?: number;
  /**
   * Megabytes that training may take on the device; larger batches go through in parts.
   * @default no limit
   */
  readonly maxMemoryMb?: number | undefined;
  /** What ONNX Runtime writes to stderr: 0 verbose … 4 fatal only. @default 3 */
  readonly logSeverity?: 0 | 1 | 2 | 3 | 4;
}

/**
 * Runs graphs on ONNX Runtime. Whether the device is there shows at the first `load` (or by
 * `availableDevices`).
 */
export function createOrtEngine(options: OrtEngineOptions = {}): Engine {
  const { device = 'cpu', threads = 1 } = options;
  if (!Number.isInteger(threads) || threads < 1) {
    throw new DriftloopError('CONFIG_INVALID', `threads is ${threads}; give a whole number from 1`);
  }
  const transfer =
    device === 'cpu'
      ? undefined
      : new DeviceTransfer((model, outputs) => createSession(model, options, outputs));
  return {
    name: `onnxruntime-node ${env.versions.node ?? ''}`.trim(),
    device,
    maxMemoryMb: options.maxMemoryMb,
    threads: device === 'cpu' ? threads : 1,
    async load(model: Uint8Array, load: LoadOptions = {}): Promise<EngineSession> {
      const { parts = 1 } = load;
      // Parts take a thread each instead of sharing every node of the graph.
      const own = { ...options, threads: Math.max(1, Math.floor(threads / parts)) };
      const deviceOutputs = Object.values(load.updates ?? {});
      const session = new OrtSession(await createSession(model, own, deviceOutputs), load, device !== 'cpu');
      if (parts === 1 || device !== 'cpu') return session;
      return ParallelSession.load(session, model, sessionOptions(own, []), { ...load, parts });
    },
    createState: (entries: readonly StateEntry[]): EngineState =>
      transfer ? new OrtState(entries, transfer) : new HostState(entries, { shared: threads > 1 }),
  };
}

/** @param deviceOutputs outputs that stay in device memory, when there is such a device */
async function createSession(
  model: Uint8Array,
  options: OrtEngineOptions,
  deviceOutputs: readonly string[],
): Promise<InferenceSession> {
  const { device = 'cpu' } = options;
  try {
    return await InferenceSession.create(model, sessionOptions(options, deviceOutputs));
  } catch (cause) {
    const message = firstLine(cause);
    if (device !== 'cpu' && /adapter|shared library|execution provider|backend/i.test(message)) {
      throw new DriftloopError('ENGINE_UNAVAILABLE', `device ${device}: ${message}`, { cause });
    }
    throw new DriftloopError('MODEL_INVALID', `ONNX Runtime refuses the model: ${message}`, { cause });
  }
}

function sessionOptions(
  { device = 'cpu', threads = 1, logSeverity = 3 }: OrtEngineOptions,
  deviceOutputs: readonly string[],
): InferenceSession.SessionOptions {
  return {
    executionProviders: [device],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    logSeverityLevel: logSeverity,
    // Spinning threads fight for cores with everything else on the machine and made training up to
    // four times slower. Moments of weights that get no gradient decay into denormal numbers, which
    // the CPU handles very slowly.
    extra: { session: { intra_op: { allow_spinning: '0' }, set_denormal_as_zero: '1' } },
    ...(device !== 'cpu' && {
      preferredOutputLocation: Object.fromEntries(
        deviceOutputs.map((output) => [output, 'gpu-buffer'] as const),
      ),
    }),
  };
}
