/** Names in graphs that the factory makes; training recognises such graphs by them. */

/** The input: [batch, width] float32, NaN where a value is missing. */
export const FEATURES = 'features';
/** The output: class probabilities [batch, classes], or [batch, 1] for a regression. */
export const OUTPUTS = 'outputs';
/** What is subtracted from each feature, and stands in for a missing value. */
export const MEAN = 'standardise/mean';
/**
 * What each feature is then multiplied by: 1 / standard deviation, or 0 for a feature that did not
 * vary.
 */
export const SCALE = 'standardise/scale';
/** The standardised features [batch, width]. */
export const STANDARDISED = 'standardised';
/**
 * Mean and standard deviation of a regression's labels, by which the last layer's answer is scaled.
 */
export const LABEL_MEAN = 'label/mean';
export const LABEL_SCALE = 'label/scale';
/** Goes before the names of layers that are not trained any more. */
export const FROZEN = 'frozen/';

/**
 * Whether an initializer of the factory is trained; others are facts about data, frozen, or shapes
 * and bounds.
 */
export function isTrained(name: string): boolean {
  return /^((hidden|convolution|embedding)\d+|adapter\d+\/(down|up)|output)\/(weight|bias)$/.test(name);
}

/** Whether an initializer belongs to a residual adapter. */
export function isAdapter(name: string): boolean {
  return /^adapter\d+\//.test(name);
}
