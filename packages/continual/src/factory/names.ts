/** Names in graphs that the factory makes; training recognises such graphs by them. */

/** The input: [batch, width] float32, NaN where a value is missing. */
export const FEATURES = 'features';
/** The output: class probabilities [batch, classes], or [batch, 1] for a regression. */
export const OUTPUTS = 'outputs';
/** What is subtracted from each feature, and stands in for a missing value. */
export const MEAN = 'standardise/mean';
/** What each feature is then multiplied by: 1 / standard deviation, or 0 for a feature that did not vary. */
export const SCALE = 'standardise/scale';
/** Mean and standard deviation of a regression's labels, by which the last layer's answer is scaled. */
export const LABEL_MEAN = 'label/mean';
export const LABEL_SCALE = 'label/scale';

/** Whether an initializer of the factory is trained; others are facts about data, or shapes and bounds. */
export function isTrained(name: string): boolean {
  return /^(hidden\d+|output)\/(weight|bias)$/.test(name);
}
