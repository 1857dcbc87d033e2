import { addAdapters } from './adapters.ts';
import { type CategoricalOptions, createCategorical } from './categories.ts';
import { type CnnOptions, createCnn } from './cnn.ts';
import { createLinear, createMlp, type MlpOptions } from './mlp.ts';

/** A model in a few words. */
export type ModelDesign =
  | ({ readonly kind: 'linear' } & Omit<MlpOptions, 'hidden'>)
  | ({ readonly kind: 'mlp' } & MlpOptions)
  /** Of a series (`shape` of one side) or an image (of two). */
  | ({ readonly kind: 'cnn' } & CnnOptions)
  | ({ readonly kind: 'categories' } & CategoricalOptions)
  /** Adapters on a frozen model of the factory. */
  | { readonly kind: 'adapters'; readonly base: Uint8Array; readonly rank?: number; readonly seed: number };

/**
 * Makes the model of a design as ONNX (opset 17) with its preprocessing inside.
 * @throws DriftloopError SPEC_INVALID
 */
export function createModel(design: ModelDesign): Uint8Array {
  switch (design.kind) {
    case 'linear':
      return createLinear(design);
    case 'mlp':
      return createMlp(design);
    case 'cnn':
      return createCnn(design);
    case 'categories':
      return createCategorical(design);
    case 'adapters':
      return addAdapters(design.base, design);
  }
}
