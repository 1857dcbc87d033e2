import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { ROOT } from '@driftloop/cli';
import { pythonEnvironment, testStack } from '@driftloop/local';
import { runScenario } from '@driftloop/scenario';
import type { InferenceRequest } from '@driftloop/schemas';
import { elecScenario } from './fixtures/elec.ts';

const ROWS = 1_500;

test('bad records end in dead.letters with a reason; a plain Python producer and the rest of the stream are served', async (t) => {
  const stack = await testStack();
  const dataDir = mkdtempSync(join(tmpdir(), 'driftloop-bad-'));
  const scenario = await elecScenario({
    dataDir,
    stack,
    streamedRows: ROWS,
    rate: 1_000,
  });
  // Right after the first row of the stream, so that they make no other row late, and between rows.
  const eventTime = scenario.clock.startMs + scenario.trainingRows * scenario.clock.intervalMs + 1;
  const request = (requestId: string, fields: Partial<InferenceRequest>) => ({
    key: requestId,
    partition: 0,
    value: { requestId, model: 'elec', eventTime, features: new Float32Array(6), ...fields },
  });
  const label = (requestId: string, value: number, at = eventTime) => ({
    key: requestId,
    partition: 0,
    value: { requestId, model: 'elec', label: value, eventTime: at },
  });
  const python = await pythonEnvironment(join(ROOT, 'examples/python/requirements.txt'));
  if ('missing' in python) t.diagnostic(`without Python: ${python.missing}`);
  const pythonRows = 'missing' in python ? 0 : 40;
  try {
    await runScenario(scenario, {
      async onReady({ producer }) {
        await producer.sendBytes('inference.requests', [
          { key: Buffer.from('not-avro'), partition: 0, value: Buffer.from('{"model":"elec"}') },
          {
            key: Buffer.from('no-such-schema'),
            partition: 0,
            value: Buffer.from([0, 0x7f, 0xff, 0xff, 0xff, 2, 4]),
          },
        ]);
        await producer.send('inference.requests', [
          request('too-few', { features: new Float32Array(5) }),
          request('nan', { features: new Float32Array(6).fill(Number.NaN) }),
          request('infinite', { features: new Float32Array(6).fill(Number.POSITIVE_INFINITY) }),
          request('unknown-model', { model: 'nobody' }),
          // It would carry the watermark past every window to come.
          request('future', { eventTime: Date.UTC(2100, 0, 1) }),
          request('year-9999', { eventTime: 253_370_764_800_000 }),
          request('year-1938', { eventTime: -1_000_000_000_000 }),
          request('good', {}),
        ]);
        await producer.send('inference.labels', [
          label('good', 1),
          label('good', 0),
          label('never-asked', 1),
          label('no-class', 7),
          // Refused for its time, whatever it is for.
          label('label-of-275760', 1, 8.64e15),
        ]);
        if ('program' in python) {
          await promisify(execFile)(python.program, [
            join(ROOT, 'examples/python/produce.py'),
            ...['--brokers', stack.env.KAFKA_BROKERS, '--registry', stack.env.SCHEMA_REGISTRY_URL],
            ...['--topic', `${stack.topicPrefix}inference.requests`, '--count', String(pythonRows)],
            ...['--event-time', String(eventTime)],
          ]);
        }
      },
      async onReport(report, { bus, warehouse }) {
        const letters = new Map<string, string[]>();
        for await (const records of bus.slice('dead.letters', { by: 'offset' })) {
          for (const { value } of records) {
            const codes = letters.get(value.code) ?? [];
            letters.set(value.code, [...codes, new TextDecoder().decode(value.key ?? new Uint8Array())]);
            assert(value.value && value.value.length > 0, 'the original bytes are there');
            assert(value.reason.length > 20, value.reason);
          }
        }
        assert.deepEqual(
          new Map([...letters].map(([code, keys]) => [code, keys.sort()])),
          new Map([
            ['RECORD_NOT_AVRO', ['not-avro']],
            ['RECORD_UNKNOWN_SCHEMA', ['no-such-schema']],
            ['FEATURES_WRONG_LENGTH', ['too-few']],
            ['FEATURE_NOT_FINITE', ['infinite', 'nan']],
            ['EVENT_TIME_AHEAD', ['future']],
            ['EVENT_TIME_INVALID', ['label-of-275760', 'year-1938', 'year-9999']],
            ['MODEL_UNKNOWN', ['unknown-model']],
            ['LABEL_UNMATCHED', ['never-asked']],
            ['LABEL_INVALID', ['no-class']],
          ]),
        );
        // The good request is served, the first of its two labels counts, and the stream around it
        // is whole.
        assert.equal(report.lost, 0);
        assert.equal(report.duplicated, 0);
        assert.equal(report.predictions, ROWS + 1 + pythonRows);
        const rows = await warehouse.query<{ label: number }>(
          `SELECT label FROM ${warehouse.database}.labels WHERE request_id = 'good' ORDER BY kafka_offset`,
        );
        assert.deepEqual(
          rows.map((row) => row.label),
          [1, 0],
        );
        const joined = await warehouse.labelledRows({
          model: 'elec',
          ranges: [{ from: eventTime, to: eventTime + 1, weight: 1 }],
          labelsThrough: (await bus.offsets('inference.labels')).map(({ partition, high }) => ({
            partition,
            offset: high,
          })),
          limit: 10,
          width: 6,
        });
        assert(joined.labels.includes(1));
        // The inputs of all answers were tested: no window was closed before its time by the
        // request of the future.
        const windows = await warehouse.query<{ start: string; data: number; prediction: number }>(
          `SELECT window_start AS start, sumIf(n, signal = 'data') AS data, sumIf(n, signal = 'prediction') AS prediction
           FROM (SELECT signal, window_start, version, any(n) AS n FROM ${warehouse.database}.signals GROUP BY signal, window_start, version)
           GROUP BY window_start HAVING data > 0 ORDER BY window_start`,
        );
        assert.ok(windows.length >= 3, `${windows.length} windows`);
        // Inputs that are missing or infinite are refused answers, and counted as such.
        for (const { start, data, prediction } of windows)
          assert.ok(Number(data) >= Number(prediction), `${start}: ${data} of ${prediction}`);
        const malformed = await warehouse.query<{ n: number }>(
          `SELECT count() AS n FROM ${warehouse.database}.malformed`,
        );
        assert.equal(Number(malformed[0]?.n), 2);
      },
    });
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
    await stack.release();
  }
});
