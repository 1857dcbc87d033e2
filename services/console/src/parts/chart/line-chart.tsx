import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import type uPlot from 'uplot';
import { percent } from '../number-text.ts';
import { type Ink, inkOf } from './ink.ts';
import { mountPlot } from './mount-plot.ts';
import { valueText } from './value-text.ts';

const HEIGHT_PX = 200;
/** Points are drawn where there is room for them. */
const MOST_POINTS = 60;

/** A line and its values, with gaps. */
export interface Curve {
  readonly label: string;
  readonly colour: Exclude<keyof Ink, 'text' | 'grid'>;
  readonly values: readonly (number | null)[];
}

/** Lines over something that is counted. @param places ascending, as many as values of a line */
export function LineChart({
  title,
  across,
  places,
  lines,
  summary,
  isShare = false,
}: {
  readonly title: string;
  /** What is counted. */
  readonly across: string;
  readonly places: readonly number[];
  readonly lines: readonly Curve[];
  /** What it shows, for who cannot see it. */
  readonly summary: string;
  /** Whether values are shares, shown in per cent. */
  readonly isShare?: boolean;
}) {
  const box = useRef<HTMLDivElement>(null);
  const scheme = useComputedColorScheme('light');
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const ink = inkOf(scheme);
    const axis = { stroke: ink.text, grid: { stroke: ink.grid }, ticks: { stroke: ink.grid } };
    const inPercent = (_: uPlot, ticks: number[]) => ticks.map((tick) => percent(tick, 0));
    return mountPlot(
      element,
      {
        height: HEIGHT_PX,
        scales: { x: { time: false } },
        axes: [
          // Half a task is none.
          {
            ...axis,
            incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 1e6, 1e7],
          },
          { ...axis, size: 60, ...(isShare ? { values: inPercent } : {}) },
        ],
        series: [
          { label: across },
          ...lines.map(
            ({ label, colour }): uPlot.Series => ({
              label,
              stroke: ink[colour],
              width: 2,
              points: { show: places.length < MOST_POINTS, size: 4 },
              ...(isShare ? { value: (_, value) => valueText(value, true) } : {}),
            }),
          ),
        ],
      },
      [[...places], ...lines.map(({ values }) => [...values])],
    );
  }, [across, places, lines, isShare, scheme]);
  return (
    <figure className="chart">
      <figcaption>{title}</figcaption>
      <div ref={box} role="img" aria-label={summary} />
    </figure>
  );
}
