import { escaped, timeText } from './text.ts';

/** A line over time. */
export interface Series {
  readonly name: string;
  /** Which of the page's colours, from 1 on. */
  readonly colour: number;
  readonly points: readonly { readonly at: number; readonly value: number | null }[];
}

/** A moment that is marked. */
export interface Mark {
  readonly at: number;
  readonly kind: 'drift' | 'version';
  readonly text: string;
}

/** A stretch that is shaded. */
export interface Band {
  readonly from: number;
  readonly to: number;
  readonly kind: 'warning' | 'drift' | 'recovering';
}

/** What a chart shows. */
export interface LineChart {
  readonly title: string;
  readonly series: readonly Series[];
  readonly marks?: readonly Mark[];
  readonly bands?: readonly Band[];
  readonly from: number;
  readonly to: number;
  /** Least and greatest value; the values' own where it is left out. */
  readonly range?: readonly [number, number];
  valueText(value: number): string;
}

const WIDTH = 960;
const HEIGHT = 240;
const LEFT = 64;
const RIGHT = 12;
const TOP = 14;
const BOTTOM = 26;
const TICKS = 4;

/** Draws lines over time as SVG; the page's style has the colours. */
export function lineChart(chart: LineChart): string {
  const { from, to, series, marks = [], bands = [], valueText } = chart;
  const [low, high] = chart.range ?? rangeOf(series);
  const span = Math.max(1, to - from);
  const x = (time: number) =>
    round(LEFT + ((Math.min(to, Math.max(from, time)) - from) / span) * (WIDTH - LEFT - RIGHT));
  const y = (value: number) => round(TOP + (1 - (value - low) / (high - low)) * (HEIGHT - TOP - BOTTOM));
  const grid = Array.from({ length: TICKS + 1 }, (_, i) => {
    const value = low + ((high - low) * i) / TICKS;
    return `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(value)}" y2="${y(value)}"/><text class="axis" x="${LEFT - 6}" y="${y(value) + 4}" text-anchor="end">${escaped(valueText(value))}</text>`;
  });
  const times = Array.from({ length: TICKS + 1 }, (_, i) => {
    const time = from + (span * i) / TICKS;
    const anchor = i === 0 ? 'start' : i === TICKS ? 'end' : 'middle';
    return `<text class="axis" x="${x(time)}" y="${HEIGHT - 8}" text-anchor="${anchor}">${tickText(time, span)}</text>`;
  });
  const shaded = bands.map(
    (band) =>
      `<rect class="band ${band.kind}" x="${x(band.from)}" width="${Math.max(1, round(x(band.to) - x(band.from)))}" y="${TOP}" height="${HEIGHT - TOP - BOTTOM}"><title>${band.kind} from ${timeText(band.from)} to ${timeText(band.to)}</title></rect>`,
  );
  const marked = marks.map(
    ({ at, kind, text }) =>
      `<line class="mark ${kind}" x1="${x(at)}" x2="${x(at)}" y1="${TOP}" y2="${HEIGHT - BOTTOM}"><title>${escaped(text)}</title></line>`,
  );
  const drawn = series.filter(({ points }) => points.some(({ value }) => value !== null));
  const lines = drawn.map(
    ({ colour, points }) => `<path class="line c${colour}" d="${pathOf(points, x, y)}"/>`,
  );
  const legend = drawn.map(
    ({ name, colour }) => `<span class="key"><i class="c${colour}"></i>${escaped(name)}</span>`,
  );
  return `<figure><figcaption>${escaped(chart.title)}<span class="legend">${legend.join('')}</span></figcaption><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escaped(chart.title)}">${[...shaded, ...grid, ...times, ...lines, ...marked].join('')}</svg></figure>`;
}

/** The day, or within a few days the hour too. */
function tickText(time: number, span: number): string {
  return span < 3 * 86_400_000 ? timeText(time).slice(5) : timeText(time).slice(0, 10);
}

/** A gap where there is no value. */
function pathOf(points: Series['points'], x: (at: number) => number, y: (value: number) => number): string {
  let isDrawn = false;
  return points
    .map(({ at, value }) => {
      if (value === null) {
        isDrawn = false;
        return '';
      }
      const step = `${isDrawn ? 'L' : 'M'}${x(at)} ${y(value)}`;
      isDrawn = true;
      return step;
    })
    .join('');
}

function rangeOf(series: readonly Series[]): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const { points } of series) {
    for (const { value } of points) {
      if (value === null) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  if (!(high > low)) return Number.isFinite(low) ? [low - 0.5, low + 0.5] : [0, 1];
  const margin = 0.05 * (high - low);
  return [low - margin, high + margin];
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
