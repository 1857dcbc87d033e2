import { escaped } from '@driftloop/replay';
import type { StudyRow } from './table.ts';

const WIDTH = 960;
const HEIGHT = 300;
const MARGIN = { left: 76, right: 16, top: 12, bottom: 40 };
const TICKS = 4;

/** Two numbers of every run beside each other; those on the Pareto front are joined. */
export function scatter({
  title,
  x,
  y,
  rows,
}: {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly rows: readonly StudyRow[];
}): string {
  const points = rows.flatMap(({ metrics, isFront, sample }) => {
    const [at, value] = [metrics[x], metrics[y]];
    return typeof at === 'number' && typeof value === 'number' ? [{ at, value, isFront, sample }] : [];
  });
  if (points.length === 0) return '';
  const across = scaleOf(
    points.map(({ at }) => at),
    MARGIN.left,
    WIDTH - MARGIN.right,
  );
  const up = scaleOf(
    points.map(({ value }) => value),
    HEIGHT - MARGIN.bottom,
    MARGIN.top,
  );
  const ticks = Array.from({ length: TICKS + 1 }, (_, i) => {
    const [atX, atY] = [across.at(i / TICKS), up.at(i / TICKS)];
    return `<line class="grid" x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${atY.place}" y2="${atY.place}"/><text class="axis" x="${MARGIN.left - 8}" y="${atY.place + 4}" text-anchor="end">${atY.text}</text><text class="axis" x="${atX.place}" y="${HEIGHT - MARGIN.bottom + 16}" text-anchor="middle">${atX.text}</text>`;
  });
  const dots = points.map(
    ({ at, value, isFront, sample }) =>
      `<circle class="dot" cx="${across.of(at)}" cy="${up.of(value)}" r="${isFront ? 6 : 4}" fill="var(${isFront ? '--c1' : '--c2'})"><title>run ${sample}: ${escaped(x)} ${at}, ${escaped(y)} ${value}</title></circle>`,
  );
  const front = points.filter(({ isFront }) => isFront).sort((a, b) => a.at - b.at || a.value - b.value);
  const line = front
    .map(({ at, value }, i) => `${i === 0 ? 'M' : 'L'}${across.of(at)} ${up.of(value)}`)
    .join('');
  return `<figure><figcaption>${escaped(title)}<span class="legend">blue: no other run is better in all</span></figcaption><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escaped(title)}">${ticks.join('')}<path class="line c1" d="${line}"/>${dots.join('')}<text class="axis" x="${(MARGIN.left + WIDTH) / 2}" y="${HEIGHT - 6}" text-anchor="middle">${escaped(x)}</text></svg></figure>`;
}

function scaleOf(values: readonly number[], from: number, to: number) {
  const low = values.reduce((least, value) => Math.min(least, value), values[0] ?? 0);
  const high = values.reduce((most, value) => Math.max(most, value), low);
  const margin = high > low ? 0.05 * (high - low) : Math.abs(low) * 0.05 || 1;
  const [least, most] = [low - margin, high + margin];
  const of = (value: number) =>
    Math.round(10 * (from + ((value - least) / (most - least)) * (to - from))) / 10;
  return {
    of,
    at(share: number) {
      const value = least + share * (most - least);
      return { place: of(value), text: String(Number(value.toPrecision(3))) };
    },
  };
}
