import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { eventually, type LiveCli, startLiveCli } from './support/live-cli.ts';

const TABLES = fileURLToPath(new URL('../../examples/tables/', import.meta.url));
const TRAINED = 400;
const ROWS = 600;
let live: LiveCli;

before(async () => {
  live = await startLiveCli('tables-live');
});
after(() => live.close());

const CASES = [
  {
    model: 'bank',
    file: 'bank.csv.gz',
    columns: { label: 'accepted', time: 'date', id: 'contract' },
    ignore: [],
    taken: /600 rows; ; separates, decimal comma, .*date is the time, in UTC/,
    classes: ['no', 'yes'],
    labels: 200,
    firstId: 'C-10400',
  },
  {
    model: 'plans',
    file: 'plans.parquet',
    columns: { label: 'plan', time: 'signed_up' },
    ignore: [],
    taken: /600 rows; Parquet, .*signed_up is the time/,
    classes: ['L', 'M', 'S'],
    labels: 200,
  },
  {
    model: 'orders',
    file: 'orders.jsonl.gz',
    columns: { label: 'returned', time: 'at', id: 'id' },
    ignore: ['--ignore', 'tags'],
    taken: /600 rows; JSON lines, .*at is the time/,
    classes: ['false', 'true'],
    labels: undefined,
    firstId: 'o-0190',
  },
] as const;

for (const { model, file, columns, ignore, taken, classes, labels, ...rest } of CASES)
  test(`${file}: three commands, then answers and labels are counted by name`, async () => {
    const table = join(TABLES, file);
    const spec = join(live.folder, `${model}.json`);
    const named = Object.entries(columns).flatMap(([role, column]) => [`--${role}`, column]);
    const guessed = await live.driftloop(
      'spec',
      '--model',
      model,
      '--csv',
      table,
      ...named,
      ...ignore,
      '--out',
      spec,
    );
    assert.match(guessed.stderr, taken);
    const registered = await live.driftloop(
      ...[
        'register',
        '--spec',
        spec,
        '--factory',
        'mlp',
        '--train',
        table,
        ...named,
        '--rows',
        `0:${TRAINED}`,
      ],
      ...['--evaluate', table, '--json'],
    );
    const { version, evaluation } = JSON.parse(registered.stdout);
    assert.equal(version, 1);
    assert.ok(evaluation.accuracy > 0.75, registered.stdout);
    const produced = await live.driftloop(
      ...['produce', '--model', model, '--csv', table, ...named, '--rows', `${TRAINED}:`],
      ...['--label-delay', '20', '--json'],
    );
    const sent = JSON.parse(produced.stdout);
    assert.equal(sent.requests, ROWS - TRAINED);
    if (labels === undefined) assert.ok(sent.labels > 150 && sent.labels < 200, produced.stdout);
    else assert.equal(sent.labels, labels);

    const answers = `FROM driftloop.answers WHERE model = '${model}' AND role = 'live'`;
    const counts = await eventually(async () => {
      const [row] = await live.ask<{ answered: string; labelled: string; right: string }>(
        `SELECT count() AS answered, countIf(label_name != '') AS labelled, countIf(label_name = predicted_name) AS right ${answers}`,
      );
      return Number(row?.answered) === sent.requests && Number(row?.labelled) === sent.labels
        ? row
        : undefined;
    });
    assert.ok(Number(counts.right) > 0.75 * sent.labels, JSON.stringify(counts));
    const names = await live.ask<{ name: string }>(
      `SELECT DISTINCT arrayJoin([predicted_name, label_name]) AS name ${answers} AND label_name != '' ORDER BY name`,
    );
    assert.deepEqual(
      names.map(({ name }) => name),
      classes,
    );
    const letters = await live.ask(`SELECT * FROM driftloop.dead_letters LIMIT 1`);
    assert.deepEqual(letters, []);
    if ('firstId' in rest) {
      const [first] = await live.ask<{ request_id: string }>(
        `SELECT request_id ${answers} ORDER BY event_time LIMIT 1`,
      );
      assert.equal(first?.request_id, rest.firstId);
    }
  });

test('numbers, texts, times and missing cells are in ClickHouse as the file has them', async () => {
  const row = async (model: string, id: string) =>
    (
      await live.ask<{ numbers: object; texts: object; event_time: string }>(
        `SELECT numbers, texts, event_time FROM driftloop.requests WHERE model = '${model}' AND request_id = '${id}'`,
      )
    )[0];
  // C-10400;10.01.2024 16:01;64;1.700,86;"teacher; part-time";mail;no
  assert.deepEqual(await row('bank', 'C-10400'), {
    numbers: { age: 64, balance: 1700.86 },
    texts: { job: 'teacher; part-time', contact: 'mail' },
    event_time: '2024-01-10 16:01:00.000',
  });
  // C-10557;13.01.2024 19:21;67;NA;clerk;phone;no
  assert.deepEqual((await row('bank', 'C-10557'))?.numbers, { age: 67 });
  // {"id":"o-0191", ...,
  // "basket":{"total":24.25,"items":9},"channel":"app","customer":{"vip":false}, ...}
  assert.deepEqual(await row('orders', 'o-0191'), {
    numbers: { 'basket.total': 24.25, 'basket.items': 9 },
    texts: { channel: 'app', 'customer.vip': 'false' },
    event_time: '2024-01-10 14:45:00.000',
  });
});
