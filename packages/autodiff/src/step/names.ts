/** Names of what a training graph is fed and returns, apart from the model's own inputs. */
export const INPUTS = {
  /** [batch, K] targets. */
  labels: 'train/labels',
  /** [batch] */
  labelWeights: 'train/label_weights',
  teacher: 'train/teacher_logits',
  teacherWeights: 'train/teacher_weights',
  remembered: 'train/remembered_logits',
  rememberedWeights: 'train/remembered_weights',
  logitOffsets: 'train/logit_offsets',
  /** scalar */
  penaltyScale: 'train/penalty_scale',
} as const;

export const OUTPUTS = { loss: 'train/loss', labelLoss: 'train/label_loss', logits: 'train/logits' } as const;

/** State kept per parameter, named `<kind>/<parameter>`. */
export type StateKind =
  | 'adam_m'
  | 'adam_v'
  | 'anchor'
  | 'gradient'
  | 'importance'
  | 'mask'
  | 'momentum'
  | 'path_integral';

export function stateName(kind: string, parameter: string): string {
  return `train/${kind}/${parameter}`;
}

/** The output that replaces a state entry or parameter after a run. */
export function nextName(entry: string): string {
  return `train/next/${entry}`;
}
