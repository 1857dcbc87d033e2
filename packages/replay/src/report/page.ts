import type { DriftVerdict } from '@driftloop/schemas';
import type { BacktestResult } from '../backtest.ts';
import type { MarkedDrift } from '../outcome/alarms.ts';
import type { Figures } from '../outcome/figures.ts';
import { type Band, lineChart, type Mark } from './line-chart.ts';
import { STYLE } from './style.ts';
import { htmlPage, htmlTable, tile } from './table.ts';
import { durationText, escaped, scoreText, timeText } from './text.ts';

/** What a report is made of. */
export interface Report {
  readonly result: BacktestResult;
  readonly figures: Figures;
  /** Marked drifts. @default none are known */
  readonly marked?: readonly MarkedDrift[];
  /** Whether scores are shares of right answers, or errors. */
  readonly isShare: boolean;
}

/** Differences from live that are listed. */
const MOST_DIFFERENCES = 200;

/**
 * A backtest as one HTML page that needs nothing else: what was found and missed, how well was
 * answered beside live, what was trained and what it cost.
 */
export function reportPage({ result, figures, marked = [], isShare }: Report): string {
  const { model, overrides, verdicts, differences, loop, records, source } = result;
  const starts = verdicts.map(({ windowStart }) => windowStart);
  const ends = verdicts.map(({ windowEnd }) => windowEnd);
  const from = starts.reduce((least, time) => Math.min(least, time), starts[0] ?? 0);
  const to = ends.reduce((most, time) => Math.max(most, time), ends[0] ?? 1);
  const settings = Object.entries(overrides).map(([path, value]) => `${path} = ${JSON.stringify(value)}`);
  const marks: Mark[] = [
    ...marked.map(({ at }): Mark => ({ at, kind: 'drift', text: `marked drift, ${timeText(at)}` })),
    ...(loop?.endings ?? [])
      .filter(({ outcome }) => ['published', 'restored', 'promoted'].includes(outcome))
      .map(
        ({ eventTime, version, outcome }): Mark => ({
          at: eventTime,
          kind: 'version',
          text: `version ${version} ${outcome}, ${timeText(eventTime)}`,
        }),
      ),
  ];
  const span = { from, to, marks, bands: bandsOf(verdicts) };
  return htmlPage(`Backtest of ${model}`, STYLE, [
    `<h1>Backtest of ${escaped(model)}</h1>`,
    `<p>${timeText(from)} to ${timeText(to)} (event time, UTC) · ${records.toLocaleString('en')} records from ${source}</p>`,
    `<p>${settings.length === 0 ? 'The settings of the spec as they are.' : `With ${settings.map((text) => `<code>${escaped(text)}</code>`).join(', ')}.`}</p>`,
    `<div class="tiles">${tiles(figures, isShare).join('')}</div>`,
    loop
      ? lineChart({
          ...span,
          title: isShare ? 'Right answers' : 'Mean absolute error',
          valueText: (value) => (isShare ? `${Math.round(100 * value)} %` : value.toPrecision(3)),
          series: (['live', 'frozen', 'backtest'] as const).map((of, i) => ({
            name: {
              live: 'as it was answered then',
              frozen: 'first version, left alone',
              backtest: 'backtest',
            }[of],
            colour: { live: 3, frozen: 2, backtest: 1 }[of],
            points: smoothed(
              loop.scores.map((window) => ({
                at: window.windowStart,
                value: window[of],
                rows: i === 0 ? window.liveRows : window.rows,
              })),
            ),
          })),
        })
      : '',
    lineChart({
      ...span,
      title: 'Likelihood of drift',
      range: [0, 1],
      valueText: (value) => `${Math.round(100 * value)} %`,
      series: [
        {
          name: 'verdicts',
          colour: 1,
          points: newestByWindow(verdicts),
        },
      ],
    }),
    '<p>Shaded: drift (red), warning (yellow), recovering (green). Dashed: marked drifts (red), versions that went live (blue).</p>',
    loop ? `<h2>Versions</h2>${versionsTable(loop.endings)}` : '',
    `<h2>Judged otherwise than live</h2>${differencesTable(differences)}`,
  ]);
}

function tiles({ alarms, beside, scores, cost }: Figures, isShare: boolean): string[] {
  const quality = isShare ? 'right answers' : 'mean absolute error';
  return [
    ...(scores
      ? [
          tile(scoreText(scores.backtest, isShare), `${quality}, ${scores.rows.toLocaleString('en')} rows`),
          tile(scoreText(scores.live, isShare), `${quality} as answered then`),
          tile(scoreText(scores.frozen, isShare), `${quality} of the first version`),
        ]
      : []),
    ...(beside
      ? [
          tile(`${beside.found} of ${beside.found + beside.missed}`, 'marked drifts found'),
          tile(String(beside.falseAlarms), 'false alarms'),
          tile(beside.meanDelayMs === null ? '–' : durationText(beside.meanDelayMs), 'mean delay'),
        ]
      : [tile(String(alarms), 'drifts found')]),
    tile(String(cost.retrains), scores ? `retrains, ${cost.published} published` : 'retrains asked for'),
    ...(scores
      ? [tile(cost.steps.toLocaleString('en'), `training steps, ${cost.rows.toLocaleString('en')} rows`)]
      : []),
  ];
}

/** Labels of a window come when other signals have gone on: what was said of it last counts. */
function newestByWindow(verdicts: readonly DriftVerdict[]): { at: number; value: number }[] {
  const newest = new Map(verdicts.map(({ windowEnd, likelihood }) => [windowEnd, likelihood]));
  return [...newest].sort(([a], [b]) => a - b).map(([at, value]) => ({ at, value }));
}

/** Windows have few rows: what is drawn is the mean of seven. */
function smoothed(
  points: readonly { readonly at: number; readonly value: number | null; readonly rows: number }[],
): { at: number; value: number | null }[] {
  return points.map(({ at }, i) => {
    let [sum, rows] = [0, 0];
    for (const near of points.slice(Math.max(0, i - 3), i + 4)) {
      if (near.value === null) continue;
      sum += near.value * near.rows;
      rows += near.rows;
    }
    return { at, value: rows === 0 ? null : sum / rows };
  });
}

/** Stretches of states other than stable. */
function bandsOf(verdicts: readonly DriftVerdict[]): Band[] {
  const bands: { from: number; to: number; kind: Band['kind'] }[] = [];
  let before: string | undefined;
  for (const { state, windowStart, windowEnd } of verdicts) {
    const last = bands.at(-1);
    if (state === before && last) last.to = Math.max(last.to, windowEnd);
    else if (state !== 'stable')
      bands.push({ from: Math.max(windowStart, last?.to ?? 0), to: windowEnd, kind: state });
    before = state === 'stable' ? undefined : state;
  }
  return bands.filter(({ from, to }) => to > from);
}

function versionsTable(endings: NonNullable<BacktestResult['loop']>['endings']): string {
  if (endings.length === 0) return '<p>Nothing was asked for.</p>';
  return htmlTable(
    ['decided', 'asked for', 'became', '#version', '#rows', '#steps', 'because'],
    endings.map(({ eventTime, action, outcome, version, rows, steps, reasons }) => [
      timeText(eventTime),
      action,
      outcome,
      version === null ? '' : String(version),
      rows === 0 ? '' : rows.toLocaleString('en'),
      steps === 0 ? '' : steps.toLocaleString('en'),
      reasons.join('; '),
    ]),
  );
}

function differencesTable(differences: BacktestResult['differences']): string {
  if (differences.length === 0) return '<p>No window.</p>';
  const said = (of: BacktestResult['differences'][number]['live']) =>
    of === null ? 'no verdict' : of.action === 'none' ? of.state : `${of.state}, ${of.action}`;
  const table = htmlTable(
    ['window', 'live', 'backtest'],
    differences
      .slice(0, MOST_DIFFERENCES)
      .map(({ windowStart, live, replayed }) => [timeText(windowStart), said(live), said(replayed)]),
  );
  const rest = differences.length - MOST_DIFFERENCES;
  return rest > 0 ? `${table}<p>And ${rest} more: --json lists all.</p>` : table;
}
