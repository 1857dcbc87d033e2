import type { InferenceRequest, PredictionRole } from '@driftloop/schemas';
import { goesToCanary, rowWidthOf } from '@driftloop/spec';
import type { Route, ServedVersion } from '../serving/route.ts';
import type { RunResult } from '../sessions/protocol.ts';
import { carriedAnswers } from './carried-answers.ts';
import type { Packed } from './pack.ts';

/** What one version answered to some rows of a batch. */
export interface Answers {
  readonly role: PredictionRole;
  readonly version: number;
  readonly result: RunResult;
  /**
   * Index of a request in the batch → its row in the result; -1 for requests that this version did
   * not answer.
   */
  readonly rowOf: Int32Array;
  /** What is to be expected of the truth, row-major. @default not known */
  readonly expected?: { readonly values: Float32Array<ArrayBuffer>; readonly width: number } | undefined;
}

/**
 * Runs the rows of one model: the live version, the canary on its share of them, and all shadows on
 * every row. The canary answers the other rows in shadow: it is compared with the live version on
 * the same requests, and not on others.
 *
 * A version that others serve is not run: its answers are those that the requests carry.
 *
 * @param requestOf the request with an index in the batch
 * @returns shadows first, so that the served answer of a request is its last
 */
export function runRows(
  packed: Packed,
  route: Route,
  batchLength: number,
  requestOf: (index: number) => InferenceRequest,
): Promise<Answers[]> {
  const { live, canary, shadows, spec } = route;
  const whole = packed.indices.subarray(0, packed.rows);
  const run = async (role: PredictionRole, by: ServedVersion, rows: Int32Array) => {
    const { version, session, incumbent = ANY } = by;
    const rowOf = new Int32Array(batchLength).fill(-1);
    for (let row = 0; row < rows.length; row++) rowOf[rows[row] as number] = row;
    const features = rows === whole ? packed.features : gather(packed, rows, rowWidthOf(spec));
    const result = session
      ? await session.run(features, rows.length, packed.texts)
      : carriedAnswers(rows, requestOf, incumbent, spec);
    // What a shadow answers is compared when labels come, and estimated nowhere.
    const expected = role === 'shadow' ? undefined : expectedOf(by, features, result, rows.length);
    return { role, version, result, rowOf, expected };
  };

  const share = spec.rollout.canaryShare;
  const isCanarys = (index: number) => goesToCanary(requestOf(index).requestId, share);
  const served = canary
    ? [
        { role: 'canary' as const, by: canary, rows: whole.filter(isCanarys) },
        { role: 'live' as const, by: live, rows: whole.filter((index) => !isCanarys(index)) },
      ]
    : [{ role: 'live' as const, by: live, rows: whole }];
  const shadowed = shadows
    .filter(({ version }) => version !== canary?.version)
    .map((by) => ({ role: 'shadow' as const, by, rows: whole }));
  if (canary) {
    const others = whole.filter((index) => !isCanarys(index));
    shadowed.push({ role: 'shadow', by: canary, rows: others });
  }
  return Promise.all(
    [...shadowed, ...served]
      .filter(({ rows }) => rows.length > 0)
      .map(({ role, by, rows }) => run(role, by, rows)),
  );
}

const ANY = { reports: '' };

function expectedOf(
  { expectation }: ServedVersion,
  features: Float32Array,
  { outputs, outputWidth }: RunResult,
  rows: number,
): Answers['expected'] {
  const values = expectation?.of(features, outputs, outputWidth, rows);
  return values && expectation && { values, width: expectation.width };
}

/**
 * A matrix of the rows with these indices, which are a subset of the packed ones in the same order.
 */
function gather(packed: Packed, wanted: Int32Array, width: number): Float32Array<ArrayBuffer> {
  const features = new Float32Array(wanted.length * width);
  let next = 0;
  for (let row = 0; row < packed.rows && next < wanted.length; row++) {
    if (packed.indices[row] !== wanted[next]) continue;
    features.set(packed.features.subarray(row * width, (row + 1) * width), next * width);
    next++;
  }
  return features;
}
