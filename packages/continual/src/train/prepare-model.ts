import {
  graphOf,
  type ModelProto,
  parseModel,
  replaceInitializers,
  serializeModel,
  tensorDims,
  tensorToFloat32,
  tensorType,
} from '@driftloop/onnx';
import type { ModelTask } from '@driftloop/schemas';
import { hasClasses, type LabelledRows } from '@driftloop/spec';
import type { Random } from '@driftloop/stats';
import { featureStatistics, labelStatistics, labelUnit } from '../data/statistics.ts';
import { inverseOrZero } from '../factory/layers.ts';
import { isTrained, LABEL_MEAN, LABEL_SCALE, MEAN, SCALE, STANDARDISED } from '../factory/names.ts';
import { redrawn } from '../factory/redraw.ts';

/** A model as a run begins. */
export interface PreparedModel {
  readonly model: Uint8Array;
  /** Which initializers are trained; undefined leaves it to autodiff. */
  readonly trainable: ((name: string) => boolean) | undefined;
}

/**
 * Makes a model ready to be trained on new rows. A model of the factory has its standardisation
 * measured anew, and, where the run starts fresh, its parameters drawn anew; where it starts warm,
 * the first layer is changed such that the answers stay the same; where it goes on, nothing is
 * changed. Any other model is taken as it is.
 */
export function prepareModel(
  model: Uint8Array,
  data: LabelledRows,
  task: ModelTask,
  start: 'fresh' | 'warm' | 'go on',
  random: Random,
): PreparedModel {
  const proto = parseModel(model);
  if (!graphOf(proto).initializer.some(({ name }) => name === MEAN)) return { model, trainable: undefined };
  const values = initializerValues(proto);
  const changed = new Map<string, Float32Array>();
  if (start === 'go on') return { model, trainable: isTrained };
  const statistics = featureStatistics(data);
  if (start === 'fresh') {
    changed.set(MEAN, statistics.mean);
    changed.set(SCALE, statistics.std.map(inverseOrZero));
    for (const [name, drawn] of redrawn(graphOf(proto), random)) changed.set(name, drawn);
    if (!hasClasses(task)) scaleLabels(data, changed);
  } else restandardise(firstLayer(proto), values, statistics, changed);
  const prepared = serializeModel(replaceInitializers(proto, changed));
  return { model: prepared, trainable: isTrained };
}

function initializerValues(proto: ModelProto): Map<string, { dims: number[]; data: Float32Array }> {
  const values = new Map<string, { dims: number[]; data: Float32Array }>();
  for (const tensor of graphOf(proto).initializer) {
    // Others hold shapes and bounds.
    if (!tensor.name.includes('/') || tensorType(tensor) !== 'float32') continue;
    values.set(tensor.name, { dims: tensorDims(tensor), data: tensorToFloat32(tensor) });
  }
  return values;
}

/**
 * The layer whose inputs are the standardised features and nothing else; convolutions and
 * categories have none, and stay as they are.
 */
function firstLayer(proto: ModelProto): string | undefined {
  const node = graphOf(proto).node.find(
    ({ opType, input }) => opType === 'Gemm' && input[0] === STANDARDISED,
  );
  return node?.input[1]?.slice(0, -'/weight'.length);
}

function scaleLabels(data: LabelledRows, changed: Map<string, Float32Array>): void {
  const { mean } = labelStatistics(data);
  changed.set(LABEL_MEAN, Float32Array.of(mean));
  changed.set(LABEL_SCALE, Float32Array.of(Math.sqrt(labelUnit(data))));
}

/**
 * From (x - m)·s to (x - m')·s': row i of the first layer's weights is multiplied by sᵢ / s'ᵢ and
 * Σᵢ (m'ᵢ - mᵢ)·sᵢ·Wᵢ is added to its biases. A feature that does not vary now keeps its old
 * standardisation; one that did not vary before starts with weights 0.
 */
function restandardise(
  layer: string | undefined,
  values: ReadonlyMap<string, { dims: number[]; data: Float32Array }>,
  statistics: { mean: Float32Array; std: Float32Array },
  changed: Map<string, Float32Array>,
): void {
  if (layer === undefined) return;
  const weights = values.get(`${layer}/weight`);
  const biases = values.get(`${layer}/bias`);
  const mean = values.get(MEAN)?.data.slice();
  const scale = values.get(SCALE)?.data.slice();
  if (!weights || !biases || !mean || !scale) return;
  const [inputs = 0, outputs = 0] = weights.dims;
  const newWeights = weights.data.slice();
  const newBiases = biases.data.slice();
  for (let i = 0; i < inputs; i++) {
    const newScale = inverseOrZero(statistics.std[i]!);
    if (newScale === 0) continue;
    for (let j = 0; j < outputs; j++) {
      const weight = weights.data[i * outputs + j]! * scale[i]!;
      newWeights[i * outputs + j] = weight / newScale;
      newBiases[j]! += (statistics.mean[i]! - mean[i]!) * weight;
    }
    mean[i] = statistics.mean[i]!;
    scale[i] = newScale;
  }
  changed.set(MEAN, mean);
  changed.set(SCALE, scale);
  changed.set(`${layer}/weight`, newWeights);
  changed.set(`${layer}/bias`, newBiases);
}
