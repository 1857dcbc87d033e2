import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { play } from '../src/run/play.ts';
import { SCENARIOS } from '../src/scenarios/index.ts';
import { sequence } from '../src/scenarios/sequence.ts';

/** Of these each takes little time; `pnpm test:faults` plays all, each by itself. */
const SERVICES = [
  'inference is killed',
  'the clock of ensemble jumps a day ahead',
  'ensemble is killed',
  'poison in what services keep',
];
const PARTS = [
  'kafka is killed',
  'data-drift is killed',
  'prediction-drift is killed',
  'concept-drift is killed',
];

const over = new AbortController();
after(() => over.abort());

function named(names: readonly string[]) {
  return names.map((name) => SCENARIOS.find((scenario) => scenario.name === name) ?? assert.fail(name));
}

test('what goes wrong with services or with parts changes no row of what is concluded', async () => {
  const scenarios = [sequence('with services', named(SERVICES)), sequence('with parts', named(PARTS))];
  const outcomes = await play(scenarios, { seed: 1, rows: 6_000, sideBySide: 1, signal: over.signal });
  assert.deepEqual(
    outcomes.map(({ name, problems }) => ({ name, problems })),
    scenarios.map(({ name }) => ({ name, problems: [] })),
  );
});
