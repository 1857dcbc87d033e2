import { DriftloopError } from '@driftloop/errors';
import { closedOf, expectedRows, fixedLog, subjects, versionsOf } from '@driftloop/invariance';
import { UNDISTURBED } from '../scenarios/undisturbed.ts';
import type { Stage } from '../stage/stage.ts';
import { type Material, type Outcome, perform } from './perform.ts';

const DAY_MS = 86_400_000;

/**
 * The log of all scenarios, and what the services conclude from it when nothing disturbs them.
 *
 * @param options.rows requests of the log
 * @param options.nowMs the log begins on the day before: ClickHouse keeps 90 days
 * @throws DriftloopError REQUEST_INVALID when the undisturbed run itself is not as the log says
 */
export async function prepareMaterial(
  stage: Stage,
  options: {
    readonly seed: number;
    readonly rows: number;
    readonly nowMs: number;
    onOutcome?(outcome: Outcome): void;
  },
): Promise<Material> {
  const { seed, rows, nowMs } = options;
  const startMs = Math.floor(nowMs / DAY_MS) * DAY_MS - DAY_MS;
  const log = fixedLog({ seed, rows, startMs });
  const versions = new Map(
    subjects(startMs).map((subject) => [subject.spec.model, versionsOf(subject, seed)]),
  );
  const found = expectedRows(log);
  const expected = { specs: log.specs, rows: found, closed: closedOf(log.specs, found) };
  const material = { log, versions, expected, seed };
  const outcome = await perform(stage, 'undisturbed', UNDISTURBED, material);
  options.onOutcome?.(outcome);
  const { history, problems } = outcome;
  if (!history || problems.length > 0)
    throw new DriftloopError(
      'REQUEST_INVALID',
      `The undisturbed run is not as its log says, so no other can be held against it: ${problems.join('; ')}`,
    );
  return { ...material, expected: { ...expected, undisturbed: history } };
}
