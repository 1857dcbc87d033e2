import type { InferenceRequest } from '@driftloop/schemas';

/** The requests of a batch by model. */
export interface Groups {
  /** Models in the order of their first request. */
  readonly models: readonly string[];
  /** Group → indices of its requests in the batch. */
  readonly indices: readonly Int32Array[];
  /** Index of a request → its group. */
  readonly groupOf: Int32Array;
}

/** Groups a batch by model. Pure. */
export function groupByModel(records: readonly { readonly value: InferenceRequest }[]): Groups {
  const groups = new Map<string, number>();
  const models: string[] = [];
  const sizes: number[] = [];
  const groupOf = new Int32Array(records.length);
  let group = -1;
  for (let index = 0; index < records.length; index++) {
    const model = records[index]?.value.model ?? '';
    // Neighbours mostly have the same model, and comparing is cheaper than hashing a string that
    // was just read.
    if (group < 0 || model !== models[group]) {
      group = groups.get(model) ?? models.length;
      if (group === models.length) {
        groups.set(model, group);
        models.push(model);
        sizes.push(0);
      }
    }
    groupOf[index] = group;
    sizes[group] = (sizes[group] ?? 0) + 1;
  }
  const indices = sizes.map((size) => new Int32Array(size));
  const filled = sizes.map(() => 0);
  for (let index = 0; index < groupOf.length; index++) {
    const of = groupOf[index] as number;
    const next = filled[of] as number;
    (indices[of] as Int32Array)[next] = index;
    filled[of] = next + 1;
  }
  return { models, indices, groupOf };
}
