import { fileURLToPath } from 'node:url';
import { type Measured, startMeasured } from './process.ts';
import type { Setting } from './setting.ts';

/** Someone who reads the requests and writes as many answers. */
export interface Contender {
  readonly name: string;
  /** Topic that it writes to, as it is called on Kafka. */
  readonly output: string;
  start(): Measured;
}

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The inference service as its own process, as it runs in production. */
export function inferenceService(setting: Setting): Contender {
  return {
    name: 'inference service',
    output: `${setting.topicPrefix}inference.predictions`,
    start: () =>
      startMeasured([process.execPath, here('../../../services/inference/src/main.ts')], setting.environment),
  };
}

/** kafkajs handing the same records on, without Avro and without a model. */
export function bareRelay(setting: Setting): Contender {
  const output = `${setting.topicPrefix}peer.relay`;
  return {
    name: 'bare kafkajs relay',
    output,
    start: () =>
      startMeasured([process.execPath, here('peer/kafkajs-relay.ts')], {
        ...setting.environment,
        RELAY_FROM: `${setting.topicPrefix}inference.requests`,
        RELAY_TO: output,
        RELAY_GROUP: `${setting.topicPrefix}relay`,
      }),
  };
}

/** confluent-kafka, fastavro and onnxruntime in Python. */
export function pythonConsumer(setting: Setting, python: string, count: number): Contender {
  const output = `${setting.topicPrefix}peer.python`;
  return {
    name: 'Python consumer',
    output,
    start: () =>
      startMeasured([python, here('peer/serve_python.py')], {
        ...setting.environment,
        PEER_MODEL: setting.modelPath,
        PEER_FROM: `${setting.topicPrefix}inference.requests`,
        PEER_TO: output,
        PEER_GROUP: `${setting.topicPrefix}python`,
        PEER_COUNT: String(count),
      }),
  };
}
