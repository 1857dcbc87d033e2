import { availableDevices } from '@driftloop/engine-ort';
import { availableBackends } from '@driftloop/engine-tfjs';
import type { Check } from './check.ts';

/**
 * Tries every engine on every device. ONNX Runtime on the CPU is always needed: it also serves and
 * measures first versions; another one is when TRAINER_ENGINE and TRAINER_DEVICE name it.
 */
export async function checkEngines(environment: NodeJS.ProcessEnv): Promise<Check[]> {
  const engine = environment.TRAINER_ENGINE || 'ort';
  const wanted = environment.TRAINER_DEVICE || 'cpu';
  const devices = await availableDevices();
  const backends = await availableBackends();
  const checks = devices.map(({ device, available, reason = '' }): Check => {
    const isNeeded = device === 'cpu' || (engine === 'ort' && device === wanted);
    const missing = isNeeded ? 'missing' : 'absent';
    const detail = available ? `TRAINER_DEVICE=${device}` : reason;
    return {
      group: 'engine',
      name: `ONNX Runtime, ${device}`,
      state: available ? 'ok' : missing,
      detail,
    };
  });
  const chosen = backends.find(({ available }) => available);
  for (const { backend, available, version, reason = '' } of backends) {
    const missing = engine === 'tfjs' && chosen === undefined ? 'missing' : 'absent';
    const use = backend === chosen?.backend ? 'TRAINER_ENGINE=tfjs takes this one' : 'another one is faster';
    checks.push({
      group: 'engine',
      name: `TensorFlow.js, ${backend}`,
      state: available ? 'ok' : missing,
      detail: available ? `${version}; ${use}` : reason,
    });
  }
  return checks;
}
