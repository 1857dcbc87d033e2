import { join, relative } from 'node:path';
import { colours, renderTime } from '@driftloop/cli';
import type { DriftFound, ScenarioReport } from '@driftloop/scenario';

const count = (value: number) => value.toLocaleString('en-US');
const percent = (value: number) => `${(100 * value).toFixed(2)} %`;

/** What came of the demo. */
export interface DemoReport extends ScenarioReport {
  /**
   * Windows that a backtest with the same settings judges differently; null where there was none.
   */
  readonly backtestDifferences: number | null;
}

/** The summary that a person reads at the end of the demo. */
export function renderReport(report: DemoReport, dataDir: string): string {
  const { accuracy } = report;
  const gain = 100 * (accuracy.loop - accuracy.frozen);
  const sections: [string, string][] = [
    ['requests', count(report.requests)],
    ['predictions', `${count(report.predictions)}, ${problems(report)}`],
    [
      'latency',
      `p50 ${report.latencyMs.p50.toFixed(0)} ms, p99 ${report.latencyMs.p99.toFixed(0)} ms, Kafka to Kafka`,
    ],
    ['windows', `${report.windows} judged`],
    ['drift', report.drifts.length === 0 ? 'none found' : `found ${times(report.drifts.length)}`],
    ['retrains', retrains(report)],
    [
      'swaps',
      `${report.swaps.count} while traffic flowed${report.swaps.rollbacks > 0 ? `, ${report.swaps.rollbacks} of them back to an earlier version` : ''}, longest gap ${report.swaps.longestGapMs.toFixed(0)} ms`,
    ],
    [
      'accuracy',
      `${colours.bold(percent(accuracy.loop))} with the loop, ${percent(accuracy.frozen)} with version 1 frozen (${gain >= 0 ? '+' : ''}${gain.toFixed(2)} points, ${count(accuracy.labelled)} labelled rows)`,
    ],
    ['backtest', backtested(report)],
    ['memory', `${count(Math.round(report.peakMemoryBytes / 2 ** 20))} MiB at most, all processes together`],
    ['time', `${report.seconds.toFixed(0)} s`],
  ];
  const lines = sections.map(([name, text]) => `  ${colours.dim(name.padEnd(12))}${text}`);
  return [
    '',
    colours.bold('What happened'),
    ...lines,
    ...driftLines(report.drifts),
    ...rejectedLines(report),
    ...nextLines(dataDir),
  ].join('\n');
}

function problems({ lost, duplicated, deadLettered }: ScenarioReport): string {
  const text = `${lost} lost, ${duplicated} duplicated${deadLettered > 0 ? `, ${deadLettered} in dead.letters` : ''}`;
  return lost + duplicated === 0 ? colours.green(text) : colours.red(text);
}

function backtested({ backtestDifferences, windows }: DemoReport): string {
  if (backtestDifferences === null) return 'not run';
  return backtestDifferences === 0
    ? colours.green(`no difference: a replay with the same settings judges all ${windows} windows alike`)
    : colours.red(
        `${backtestDifferences} of ${windows} windows judged differently by a replay with the same settings`,
      );
}

const times = (value: number) => (value === 1 ? 'once' : `${value} times`);

function retrains({ retrains: asked, published, undecided, rejected, unfinished }: ScenarioReport): string {
  const ends = [
    [published, 'went live'],
    [undecided, 'not decided about'],
    [rejected.length, 'turned down'],
    [unfinished.superseded, 'given up for a newer one'],
    [unfinished.rejected, 'came to no candidate'],
    [unfinished.failed, 'failed'],
  ].flatMap(([number, text]) => (number === 0 ? [] : [`${number} ${text}`]));
  return `${asked} asked for${ends.length === 0 ? '' : `: ${ends.join(', ')}`}`;
}

function driftLines(drifts: readonly DriftFound[]): string[] {
  if (drifts.length === 0) return [];
  const shown = [...drifts]
    .sort((one, other) => one.windowStart - other.windowStart)
    .slice(0, 12)
    .map(({ windowStart, evidence }) => `  ${renderTime(windowStart).slice(0, 10)}  ${evidence}`);
  const more =
    drifts.length > shown.length ? [colours.dim(`  and ${drifts.length - shown.length} more`)] : [];
  return ['', colours.bold('Drift, and what spoke for it'), ...shown, ...more];
}

function rejectedLines({ rejected }: ScenarioReport): string[] {
  if (rejected.length === 0) return [];
  const shown = rejected
    .slice(0, 5)
    .map(({ version, reasons }) => `  version ${version}: ${reasons.join('; ')}`);
  const more =
    rejected.length > shown.length ? [colours.dim(`  and ${rejected.length - shown.length} more`)] : [];
  return ['', colours.bold('Candidates that were turned down'), ...shown, ...more];
}

function nextLines(dataDir: string): string[] {
  const path = relative(process.cwd(), dataDir);
  const data = /\s/.test(path) ? `"${path}"` : path;
  return [
    '',
    colours.bold('Where to look next'),
    `  npm run driftloop -- up --data ${data}                     bring it all back with this data; prints ClickHouse's address`,
    `  npm run driftloop -- drift --model elec --data ${data}     the newest verdicts with their evidence`,
    `  npm run driftloop -- models --data ${data}                 every version, and why it was published or rejected`,
    '  curl ADDRESS --data "SELECT * FROM driftloop.performance WHERE model = \'elec\' FORMAT PrettyCompact"',
    '                                                 asks ClickHouse at that address; docs/sql.md has more',
    `  ${join(path, 'logs')} has a log per service`,
  ];
}
