import type { Route } from '../serving/route.ts';
import type { Servings } from '../serving/servings.ts';
import type { Batch } from './batch.ts';
import { groupByModel } from './group.ts';
import { packRows, type RefusedRequest } from './pack.ts';
import type { KnownPoison } from './poison.ts';
import { type Answers, runRows } from './run-rows.ts';

type RequestRecord = Batch['records'][number];

/** What the requests of a batch came to, model by model. */
export interface AnsweredBatch {
  /** Answers of the versions that a request, by its index in the batch, was given to. */
  answersOf(index: number): readonly Answers[] | undefined;
  /** Requests that no version was given. */
  readonly rejections: RefusedRequest[];
  /** Per model whose requests were answered: who did. */
  readonly routes: readonly {
    readonly model: string;
    readonly route: Route;
    readonly answers: readonly Answers[];
  }[];
}

/**
 * Answers a batch: its models side by side, each by the route that it has now, or as soon as it has
 * one.
 *
 * @param known requests of this partition that have ended a process before: they are not tried
 *   again
 * @returns undefined when the service is being stopped: nothing is to be written, so that the batch
 *   comes again
 */
export async function answerBatch(
  batch: Batch,
  known: KnownPoison | undefined,
  servings: Servings,
): Promise<AnsweredBatch | undefined> {
  const groups = groupByModel(batch.records);
  const modelOf = (group: number) => groups.models[group] ?? '';
  const answered = await Promise.all(
    groups.indices.map((indices, group) => answerModel(modelOf(group), indices, batch, known, servings)),
  );
  const answersOf: (readonly Answers[])[] = [];
  const rejections: RefusedRequest[] = [];
  const routes: { model: string; route: Route; answers: readonly Answers[] }[] = [];
  for (const [group, result] of answered.entries()) {
    if (!result) return undefined;
    answersOf[group] = result.answers;
    for (const rejection of result.rejections) rejections.push(rejection);
    if (result.route) routes.push({ model: modelOf(group), route: result.route, answers: result.answers });
  }
  return {
    answersOf: (index) => answersOf[groups.groupOf[index] as number],
    rejections,
    routes,
  };
}

/** Packs and runs the requests of one model. */
async function answerModel(
  model: string,
  indices: Int32Array,
  { records }: Batch,
  known: KnownPoison | undefined,
  servings: Servings,
) {
  let route = servings.route(model);
  while (!route) {
    const resolved = await servings.resolve(model);
    if (!resolved) return undefined;
    if ('code' in resolved)
      return {
        answers: [],
        rejections: Array.from(indices, (index): RefusedRequest => ({ index, ...resolved })),
      };
    // Between being resolved and here it may have been replaced, and freed.
    route = servings.route(model);
  }
  const untried = known ? indices.filter((index) => !known.has(records[index] as RequestRecord)) : indices;
  const packed = packRows(records, untried, route.spec);
  const requestOf = (index: number) => (records[index] as RequestRecord).value;
  const answers = packed.rows > 0 ? await runRows(packed, route, records.length, requestOf) : [];
  return { route, answers, rejections: packed.rejections };
}
