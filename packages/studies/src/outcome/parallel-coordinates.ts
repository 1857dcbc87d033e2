import { escaped } from '@driftloop/replay';
import type { StudyRow } from './table.ts';

const WIDTH = 960;
const HEIGHT = 260;
const TOP = 16;
const BOTTOM = 40;
const SIDE = 60;

/** One axis for each parameter and objective, one line for each run. @param names of the axes */
export function parallelCoordinates(names: readonly string[], rows: readonly StudyRow[]): string {
  if (rows.length === 0 || names.length < 2) return '';
  const axes = names.map((name, i) => ({
    name,
    x: Math.round(SIDE + (i / (names.length - 1)) * (WIDTH - 2 * SIDE)),
    place: placesOf(rows.map((row) => axisValue(row, name))),
  }));
  const height = HEIGHT - TOP - BOTTOM;
  const lines = [...rows]
    .sort((a, b) => Number(a.isFront) - Number(b.isFront))
    .map((row) => {
      const steps = axes.flatMap(({ name, x, place }) => {
        const at = place(axisValue(row, name));
        return at === undefined ? [] : [`${x} ${Math.round(TOP + (1 - at) * height)}`];
      });
      return `<polyline points="${steps.join(' ')}" fill="none" stroke="var(${row.isFront ? '--c1' : '--c2'})" stroke-width="${row.isFront ? 2 : 1}" opacity="${row.isFront ? 1 : 0.35}"><title>run ${row.sample}</title></polyline>`;
    });
  const marks = axes.map(
    ({ name, x }, i) =>
      `<line class="grid" x1="${x}" x2="${x}" y1="${TOP}" y2="${HEIGHT - BOTTOM}"/><text class="axis" x="${x}" y="${HEIGHT - BOTTOM + (i % 2 === 0 ? 16 : 32)}" text-anchor="middle">${escaped(name)}</text>`,
  );
  return `<figure><figcaption>Runs by parameters and objectives</figcaption><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Runs by parameters and objectives">${marks.join('')}${lines.join('')}</svg></figure>`;
}

function axisValue({ values, metrics }: StudyRow, name: string): unknown {
  return Object.hasOwn(values, name) ? values[name] : metrics[name];
}

/** Where a value lies on its axis, 0 to 1: numbers by size, others by their order. */
function placesOf(values: readonly unknown[]): (value: unknown) => number | undefined {
  const numbers = values.filter((value) => typeof value === 'number');
  if (numbers.length > 0) {
    const low = numbers.reduce((least, value) => Math.min(least, value));
    const high = numbers.reduce((most, value) => Math.max(most, value));
    return (value) =>
      typeof value === 'number' ? (high > low ? (value - low) / (high - low) : 0.5) : undefined;
  }
  const texts = [...new Set(values.map(String))].sort();
  return (value) => (texts.length < 2 ? 0.5 : texts.indexOf(String(value)) / (texts.length - 1));
}
