/**
 * Makes the files of examples/tables, which docs/tables.md shows: node
 * packages/tables/scripts/make-examples.ts. The same seed gives the same rows.
 */
import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { createRandom } from '@driftloop/stats';
import { parquetWriteBuffer } from 'hyparquet-writer';

const ROWS = 600;
const random = createRandom(1);
const folder = new URL('../../../examples/tables/', import.meta.url);
const write = (name: string, content: string | Uint8Array) => writeFileSync(new URL(name, folder), content);

const pick = <T>(values: readonly T[]): T => values[random.integer(values.length)] as T;
const chance = (share: number) => random.uniform() < share;
/** Event times 5 to 55 minutes apart. */
function times(): Date[] {
  let at = Date.UTC(2024, 0, 2, 8);
  return Array.from({ length: ROWS }, () => {
    at += (5 + random.integer(50)) * 60_000;
    return new Date(at);
  });
}

/** As a bank exports it: semicolons, decimal commas, points between thousands, German dates. */
function bank(): string {
  const euros = (value: number) =>
    value
      .toFixed(2)
      .replace('.', ',')
      .replace(/\B(?=(\d{3})+,)/g, '.');
  const lines = times().map((time, row) => {
    const age = 18 + random.integer(60);
    const balance = 3_000 + 2_500 * random.normal();
    const job = pick(['clerk', 'nurse', 'retired', 'teacher; part-time']);
    const accepts = (balance > 3_500 || job === 'retired') !== chance(0.1);
    const iso = time.toISOString();
    return [
      `C-${10_000 + row}`,
      `${iso.slice(8, 10)}.${iso.slice(5, 7)}.${iso.slice(0, 4)} ${iso.slice(11, 16)}`,
      age,
      chance(0.03) ? 'NA' : euros(balance),
      job.includes(';') ? `"${job}"` : job,
      pick(['mail', 'phone', '']),
      accepts ? 'yes' : 'no',
    ].join(';');
  });
  return `\ufeff${['contract;date;age;balance;job;contact;accepted', ...lines].join('\r\n')}\r\n`;
}

/** Categories, nulls, a timestamp, three classes. */
function plans(): ArrayBuffer {
  const rows = times().map((time) => {
    const country = pick(['AT', 'CH', 'DE', null]);
    const seats = 1 + random.integer(40);
    const trial = chance(0.3) ? null : chance(0.5);
    const plan = chance(0.1) ? pick(['S', 'M', 'L']) : seats > 25 ? 'L' : country === 'CH' ? 'M' : 'S';
    return { time, country, seats, trial, spend: chance(0.05) ? null : seats * 9.5 + random.normal(), plan };
  });
  return parquetWriteBuffer({
    columnData: [
      { name: 'signed_up', type: 'TIMESTAMP', data: rows.map((row) => row.time) },
      { name: 'country', type: 'STRING', nullable: true, data: rows.map((row) => row.country) },
      { name: 'seats', type: 'INT32', data: rows.map((row) => row.seats) },
      { name: 'trial', type: 'BOOLEAN', nullable: true, data: rows.map((row) => row.trial) },
      { name: 'spend', type: 'DOUBLE', nullable: true, data: rows.map((row) => row.spend) },
      { name: 'plan', type: 'STRING', data: rows.map((row) => row.plan) },
    ],
  });
}

/** Nested objects, keys that are not always there, lists, a truth that is not always known. */
function orders(): string {
  const lines = times().map((time, row) => {
    const total = Math.round(500 + 9_000 * random.uniform()) / 100;
    const channel = pick(['app', 'shop', 'web']);
    const age = chance(0.2) ? undefined : 18 + random.integer(60);
    const returned = (total > 60 && channel !== 'shop') !== chance(0.08);
    return JSON.stringify({
      id: `o-${row.toString(16).padStart(4, '0')}`,
      at: time.toISOString(),
      basket: { total, items: 1 + random.integer(9) },
      channel,
      ...(chance(0.1) ? {} : { customer: { ...(age === undefined ? {} : { age }), vip: chance(0.2) } }),
      tags: [pick(['gift', 'sale'])],
      ...(chance(0.05) ? {} : { returned }),
    });
  });
  return `${lines.join('\n')}\n`;
}

write('bank.csv.gz', gzipSync(bank(), { level: 9 }));
write('plans.parquet', new Uint8Array(plans()));
write('orders.jsonl.gz', gzipSync(orders(), { level: 9 }));
