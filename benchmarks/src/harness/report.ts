import { cpus, totalmem } from 'node:os';
import Table from 'cli-table3';
import type { Result } from './benchmark.ts';

/** The object that `--json` prints as its last line. */
export function jsonReport(name: string, results: readonly Result[]): string {
  const machine = {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
  };
  return JSON.stringify({ name, machine, results });
}

/** The same as a table for people. */
export function tableReport(results: readonly Result[]): string {
  const table = new Table({
    head: ['metric', 'value', 'unit', 'spread', 'peer', 'peer value', 'ratio', 'bar', 'holds'],
    style: { head: [] },
  });
  for (const result of results) {
    table.push([
      result.metric,
      format(result.value),
      result.unit,
      result.spread ? `${format(result.spread.min)}–${format(result.spread.max)}` : '',
      result.peer ?? '',
      format(result.peerValue),
      format(result.ratio),
      result.bar ?? '',
      result.holds === undefined ? '' : result.holds ? 'yes' : 'NO',
    ]);
  }
  return table.toString();
}

function format(value: number | undefined): string {
  if (value === undefined) return '';
  if (!Number.isFinite(value)) return String(value);
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 1 ? 2 : 4;
  return value.toLocaleString('en-US', { maximumFractionDigits: digits });
}
