import type { FeatureSpec } from '@driftloop/schemas';
import type { FeatureLayout } from '../layout/input-layout.ts';
import type { Block } from './dispersion.ts';
import { embeddingLayout, embeddingReference } from './embedding-reference.ts';
import { categoricalLayout, measuredLayout } from './feature-reference.ts';
import type { FeatureRows } from './feature-rows.ts';
import type { FeatureReference } from './reference-profile.ts';
import { textLayout, textReference } from './text-reference.ts';

/** The layout of one feature from the rows of a reference. */
export function featureLayout(spec: FeatureSpec, data: FeatureRows): FeatureLayout {
  switch (spec.kind) {
    case 'numeric':
      return { kind: 'numeric', ...measuredLayout(spec.name, columnAt(data)) };
    case 'categorical':
      return categoricalLayout(spec, columnAt(data));
    case 'embedding':
      return embeddingLayout(spec, data);
    case 'text':
      return textLayout(spec, data);
  }
}

/** What a reference says of a feature beside the counts of its quantity. */
export function ownReference(
  layout: FeatureLayout,
  data: FeatureRows,
  blocks: readonly Block[],
): Pick<FeatureReference, 'vectors' | 'words'> {
  switch (layout.kind) {
    case 'embedding': {
      const vectors = embeddingReference(layout, data, blocks);
      return vectors ? { vectors } : {};
    }
    case 'text':
      return { words: textReference(layout, data, blocks) };
    default:
      return {};
  }
}

function columnAt({ rows, width, features, at }: FeatureRows): Float32Array {
  return Float32Array.from({ length: rows }, (_, row) => features[row * width + at] ?? 0);
}
