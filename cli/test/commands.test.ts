import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'commands-'));
after(() => rmSync(folder, { recursive: true }));

const NAMES = ['KAFKA_BROKERS', 'SCHEMA_REGISTRY_URL', 'CLICKHOUSE_URL', 'ARTIFACTS_URL'];
const UNSET = Object.fromEntries(NAMES.map((name) => [name, '']));
const run = (...args: string[]) =>
  spawnSync(process.execPath, [MAIN, ...args], { encoding: 'utf8', env: { ...process.env, ...UNSET } });

test('help says which options must be given, and what those do that are not', () => {
  assert.match(run('rollback', '--help').stdout, /--reason <text> +why; kept in the history \(required\)/);
  const backtest = run('backtest', '--help').stdout;
  assert.match(backtest, /default:\s+the\s+first\s+there\s+is/);
  assert.match(run('register', '--help').stdout, /--rows <from:to> +only these rows \(default: all\)/);
});

test('a command that needs what is not up says how it is started, on the same folder', () => {
  const { stderr, status } = run('models', '--data', folder);
  assert.match(stderr, new RegExp(`Nothing is up .*driftloop -- up --data ${folder}`));
  assert.equal(status, 2);
});

test("an option that is called after one of the program is the command's", () => {
  for (const command of ['promote', 'reject']) {
    const given = ['--model', 'm', '--version', '7', '--reason', 'why', '--data', folder];
    const { stdout, stderr, status } = run(command, ...given);
    assert.equal(stdout, '');
    assert.match(stderr, /Nothing is up/);
    assert.equal(status, 2);
  }
  assert.match(run('--version').stdout, /^\d+\.\d+\.\d+\n$/);
});

test('status says that nothing is up, and counts a service that did not start', () => {
  assert.match(run('status', '--data', folder).stdout, /Nothing is up in/);
  writeFileSync(join(folder, 'services.json'), JSON.stringify({ environment: {}, services: [] }));
  const { stdout, status } = run('status', '--data', folder, '--json');
  const { parts } = JSON.parse(stdout);
  assert.ok(
    parts.some(
      (part: { name: string; state: string }) => part.name === 'gateway' && part.state === 'stopped',
    ),
  );
  assert.equal(status, 1);
});

test('a strategy that does not exist is refused when the spec is registered, not at the first retrain', () => {
  const example = fileURLToPath(new URL('../../examples/elec/spec.json', import.meta.url));
  const spec = JSON.parse(readFileSync(example, 'utf8'));
  const file = join(folder, 'strategy.json');
  writeFileSync(file, JSON.stringify({ ...spec, retrain: { ...spec.retrain, strategy: 'hope' } }));
  const { stderr, status } = run(
    ...['register', '--spec', file, '--factory', 'mlp', '--train', 'none.csv', '--label', 'y'],
  );
  assert.match(stderr, /STRATEGY_UNKNOWN: There is no strategy 'hope': use one of auto, naive, .*replay/);
  assert.equal(status, 2);
});
