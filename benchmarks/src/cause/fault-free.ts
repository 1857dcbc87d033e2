import {
  buildReferenceProfile,
  type ReferenceProfile,
  type ReplayRecord,
  replay,
  SLOT_MS,
} from '@driftloop/drift';
import type { ModelSpec } from '@driftloop/schemas';
import { sliceRows } from '@driftloop/spec';
import { specOf } from '../loop/spec-of.ts';
import type { Stream } from '../loop/stream.ts';

/** Versions that the stream is looked at beside: each knows the tenth before it went live. */
const PARTS = 10;
/** Rows in one slot of log time, as the loop has it. */
const CHUNK_ROWS = 64;
/** Faults of the pipeline: what is no kind of drift. */
const DRIFTS: readonly string[] = ['covariate', 'prior', 'concept'];

/** What verdicts say of a stream in which nothing of the pipeline is broken. */
export interface FaultFree {
  readonly windows: number;
  /** Each fault that was named, with the end of its window and its words. */
  readonly named: readonly { readonly windowEnd: number; readonly kind: string; readonly text: string }[];
}

/**
 * Sends the inputs of a stream through the code of the services, beside versions whose reference is
 * the tenth of the stream before them: labels play no part in what is said of a pipeline.
 *
 * @param to share of the stream that is looked at. @default 1
 */
export function faultsNamedOn(stream: Stream, to = 1): FaultFree {
  const { data } = stream;
  // Nothing is estimated of a ranking, which makes its profiles quickly.
  const spec: ModelSpec = { ...specOf(stream), task: 'ranking', classes: 0 };
  const size = Math.floor(data.rows / PARTS);
  const end = Math.floor(to * data.rows);
  const timeOf = (row: number): number => Math.floor(((row - size) * SLOT_MS) / CHUNK_ROWS);
  const versions = Array.from({ length: Math.ceil(end / size) - 1 }, (_, i) => i + 1);
  const { verdicts } = replay({
    spec,
    versions: versions.map((version) => ({ version, profile: profileOf(spec, stream, version, size) })),
    live: versions.map((version) => ({ version, since: version === 1 ? 0 : timeOf(version * size) })),
    records: Array.from({ length: end - size }, (_, i): ReplayRecord => {
      const row = size + i;
      const features = data.features.subarray(row * data.width, (row + 1) * data.width);
      const eventTime = data.eventTimes[row]!;
      const value = { requestId: String(row), model: spec.model, eventTime, features };
      return { topic: 'inference.requests', partition: 0, offset: i, timestamp: timeOf(row), value };
    }),
  });
  const named = verdicts.flatMap(({ windowEnd, causes = [] }) =>
    causes.filter(({ kind }) => !DRIFTS.includes(kind)).map(({ kind, text }) => ({ windowEnd, kind, text })),
  );
  return { windows: verdicts.length, named };
}

function profileOf(spec: ModelSpec, { data }: Stream, version: number, size: number): ReferenceProfile {
  const rows = sliceRows(data, (version - 1) * size, version * size);
  return buildReferenceProfile({ spec, data: rows, outputs: new Float32Array(rows.rows) });
}
