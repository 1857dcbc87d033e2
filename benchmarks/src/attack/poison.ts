import { allocatingModel, crashingModel, loopModel } from '@driftloop/onnx/testing';
import { defaultSpec } from '@driftloop/registry';
import type { Setting } from '../serve/setting.ts';

/** A model with the feature that is poison to it. */
export interface Attack {
  readonly model: string;
  readonly onnx: Uint8Array;
  readonly feature: number;
  /** What may become of the request: which limit is met first depends on the machine. */
  readonly codes: readonly string[];
}

export const ATTACKS: readonly Attack[] = [
  { model: 'loop', onnx: loopModel(), feature: 1e18, codes: ['PREDICTION_DEADLINE'] },
  {
    model: 'allocation',
    onnx: allocatingModel(),
    feature: 4e9,
    codes: ['PREDICTION_MEMORY', 'PREDICTION_DEADLINE'],
  },
  { model: 'crash', onnx: crashingModel(), feature: 7, codes: ['RUNTIME_CRASHED'] },
];

/** Registers the models, live at once. */
export async function registerAttacked({ registry }: Setting): Promise<void> {
  for (const { model, onnx } of ATTACKS) {
    const feature = { name: 'x', kind: 'numeric' as const, allowMissing: false };
    const subject = { model, task: 'regression' as const, classes: 0, features: [feature], intervalMs: 1000 };
    await registry.register({
      spec: { ...defaultSpec(subject), rollout: { canaryShare: 0, shadowVersions: [] } },
      onnx,
      profile: null,
      metrics: {},
      publish: true,
    });
  }
}

/** Sends the one request that is poison. @returns when, epoch ms */
export async function sendPoison({ producer }: Setting, { model, feature }: Attack): Promise<number> {
  const requestId = `${model}-poison`;
  const at = Date.now();
  const value = { requestId, model, eventTime: at, features: Float32Array.of(feature) };
  await producer.send('inference.requests', [{ key: requestId, value, partition: 0 }]);
  return at;
}
