/** A stretch of time with how right the loop and the frozen first version were in it. */
export interface Stretch {
  /** Event time, epoch ms. */
  readonly since: number;
  /** Share of right answers, 0 to 1. */
  readonly loop: number;
  readonly frozen: number;
}

const WIDTH = 760;
const HEIGHT = 300;
const MARGIN = { left: 52, right: 150, top: 34, bottom: 34 };
const COLOURS = { loop: '#1f7a4d', frozen: '#9a6b1f', text: '#6b7280', grid: '#d1d5db' };

/**
 * SQL for stretches of four weeks. The first version answers in shadow once another one is live, so
 * it has answered every request.
 *
 * @param model name without quotes
 */
export function stretchesSql(database: string, model: string): string {
  return `SELECT toUnixTimestamp64Milli(toDateTime64(toStartOfInterval(event_time, INTERVAL 28 DAY), 3)) AS since,
      avgIf(predicted = label, role IN ('live', 'canary')) AS loop, avgIf(predicted = label, version = 1) AS frozen
    FROM ${database}.answers WHERE model = '${model}' AND label IS NOT NULL
    GROUP BY since HAVING countIf(version = 1) > 0 ORDER BY since`;
}

/** Draws both as lines over time. @returns SVG */
export function drawAccuracy(stretches: readonly Stretch[], title: string): string {
  const shares = stretches.flatMap(({ loop, frozen }) => [loop, frozen]);
  const low = Math.floor(20 * Math.min(...shares)) / 20;
  const high = Math.ceil(20 * Math.max(...shares)) / 20;
  const first = stretches[0]?.since ?? 0;
  const last = stretches.at(-1)?.since ?? 1;
  const x = (time: number) =>
    MARGIN.left + ((time - first) / Math.max(1, last - first)) * (WIDTH - MARGIN.left - MARGIN.right);
  const y = (share: number) =>
    MARGIN.top + ((high - share) / Math.max(0.05, high - low)) * (HEIGHT - MARGIN.top - MARGIN.bottom);
  const line = (name: 'loop' | 'frozen', label: string) => {
    const points = stretches.map(
      (stretch) => `${x(stretch.since).toFixed(1)},${y(stretch[name]).toFixed(1)}`,
    );
    const end = stretches.at(-1)?.[name] ?? low;
    const other = stretches.at(-1)?.[name === 'loop' ? 'frozen' : 'loop'] ?? low;
    // Two lines that end beside each other: their names must not lie on each other.
    const at = y(end) + (Math.abs(y(end) - y(other)) < 14 ? (end >= other ? -4 : 12) : 4);
    return `<polyline fill="none" stroke="${COLOURS[name]}" stroke-width="2" points="${points.join(' ')}"/>
  <text x="${WIDTH - MARGIN.right + 8}" y="${at.toFixed(1)}" fill="${COLOURS[name]}">${label}</text>`;
  };
  const ticks = Array.from({ length: Math.round((high - low) / 0.05) + 1 }, (_, i) => low + 0.05 * i);
  const years = [...new Set(stretches.map(({ since }) => new Date(since).getUTCFullYear()))].slice(1);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="12" role="img" aria-label="${title}">
  <text x="${MARGIN.left}" y="18" fill="${COLOURS.text}" font-size="13">${title}</text>
${ticks
  .map(
    (share) =>
      `  <line x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${y(share).toFixed(1)}" y2="${y(share).toFixed(1)}" stroke="${COLOURS.grid}" stroke-width="0.5"/>
  <text x="${MARGIN.left - 8}" y="${(y(share) + 4).toFixed(1)}" fill="${COLOURS.text}" text-anchor="end">${Math.round(100 * share)} %</text>`,
  )
  .join('\n')}
${years
  .map(
    (year) =>
      `  <text x="${x(Date.UTC(year, 0, 1)).toFixed(1)}" y="${HEIGHT - 12}" fill="${COLOURS.text}" text-anchor="middle">${year}</text>`,
  )
  .join('\n')}
  ${line('frozen', 'the same model, frozen')}
  ${line('loop', 'with driftloop')}
</svg>
`;
}
