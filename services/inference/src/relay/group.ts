import type { InferenceRequest } from '@driftloop/schemas';

/** The requests of a batch by model. */
export interface Groups {
  /** Models in the order of their first request. */
  readonly models: readonly string[];
  /** Group → indices of its requests in the batch. */
  readonly indices: readonly (readonly number[])[];
  /** Index of a request → its group. */
  readonly groupOf: Int32Array;
}

/** Groups a batch by model. Pure. */
export function groupByModel(records: readonly { readonly value: InferenceRequest }[]): Groups {
  const groups = new Map<string, number>();
  const models: string[] = [];
  const indices: number[][] = [];
  const groupOf = new Int32Array(records.length);
  for (let index = 0; index < records.length; index++) {
    const model = records[index]?.value.model ?? '';
    let group = groups.get(model);
    if (group === undefined) {
      group = models.length;
      groups.set(model, group);
      models.push(model);
      indices.push([]);
    }
    groupOf[index] = group;
    indices[group]?.push(index);
  }
  return { models, indices, groupOf };
}
