import { resultOf, type Summary } from './summary.ts';

/** One table per scenario, in markdown. */
export function markdownTables(summaries: readonly Summary[]): string {
  const scenarios = [...new Set(summaries.map(({ scenario }) => scenario))];
  return scenarios.map((name) => tableOf(summaries.filter(({ scenario }) => scenario === name))).join('\n\n');
}

function tableOf(summaries: readonly Summary[]): string {
  const streams = summaries.some(({ prequential }) => prequential !== undefined);
  const peers = summaries.some(({ bar }) => bar !== undefined);
  const head = [
    'strategy',
    'accuracy ± SD',
    'forgetting',
    'backward',
    'forward',
    ...(streams ? ['prequential', 'recovery, rows'] : []),
    'memory, kB',
    'seconds',
    ...(peers ? ['Avalanche ± SD', 'bar', 'holds'] : []),
  ];
  const rows = summaries.map((summary) => rowOf(summary, streams, peers));
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  return [`### ${summaries[0]?.title} (\`${summaries[0]?.scenario}\`)`, '', ...lines].join('\n');
}

function rowOf(summary: Summary, streams: boolean, peers: boolean): string[] {
  const share = (value: number | undefined) => (value === undefined ? '' : value.toFixed(3));
  const { peer } = summary;
  const { bar, holds } = resultOf(summary);
  return [
    summary.strategy,
    `${summary.accuracy.toFixed(4)} ± ${summary.accuracySpread.toFixed(4)}`,
    share(summary.forgetting),
    share(summary.backwardTransfer),
    share(summary.forwardTransfer),
    ...(streams ? [share(summary.prequential), summary.recoveryRows?.toFixed(0) ?? ''] : []),
    (summary.memoryBytes / 1000).toFixed(0),
    summary.seconds.toFixed(1),
    ...(peers
      ? [
          peer ? `${peer.accuracy.toFixed(4)} ± ${peer.spread.toFixed(4)}` : '',
          bar ?? '',
          holds === undefined ? '' : holds ? 'yes' : 'no',
        ]
      : []),
  ];
}
