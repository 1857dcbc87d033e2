import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import type uPlot from 'uplot';
import type { Span } from '../../queries/history.ts';
import { percent } from '../number-text.ts';
import { momentText } from '../time-text.ts';
import { drawMarks } from './draw-marks.ts';
import { inkOf } from './ink.ts';
import type { Mark } from './mark.ts';
import { mountPlot } from './mount-plot.ts';
import type { Line, Series } from './series.ts';
import { tickTexts } from './tick-texts.ts';
import { valueText } from './value-text.ts';

/** Charts of one page move their cursors together. */
const CURSOR = 'timeline';
const HEIGHT_PX = 175;
/** Room for the numbers left of a chart: the same of each, so that times lie below each other. */
const AXIS_PX = 52;

/**
 * A chart over event time, with its cursor tied to the others'. Dragging along it chooses a span.
 *
 * @param range what is shown, epoch ms
 */
export function Timeline({
  series,
  marks,
  range,
  onSpan,
}: {
  readonly series: Series;
  readonly marks: readonly Mark[];
  readonly range: Required<Span>;
  readonly onSpan: (span: Span) => void;
}) {
  const box = useRef<HTMLDivElement>(null);
  const scheme = useComputedColorScheme('light');
  const { from, to } = range;
  const chosen = useRef(onSpan);
  chosen.current = onSpan;

  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const ink = inkOf(scheme);
    return mountPlot(
      element,
      {
        height: HEIGHT_PX,
        cursor: { sync: { key: CURSOR }, drag: { x: true, y: false, setScale: false }, points: { size: 6 } },
        scales: {
          x: { time: true, range: [from / 1_000, to / 1_000] },
          ...(series.isShare ? { y: { range: shareRange } } : {}),
        },
        axes: [
          {
            stroke: ink.text,
            grid: { stroke: ink.grid },
            ticks: { stroke: ink.grid },
            values: (_: uPlot, ticks: number[]) => tickTexts(ticks),
          },
          {
            stroke: ink.text,
            grid: { stroke: ink.grid },
            ticks: { stroke: ink.grid },
            size: AXIS_PX,
            ...(series.isShare
              ? {
                  values: (_: uPlot, ticks: number[]) =>
                    ticks.map((tick) => (tick > 1 ? '' : percent(tick, 0))),
                }
              : {}),
          },
        ],
        series: [
          { label: 'time', value: (_, at) => (at === null ? '' : momentText(1_000 * at)) },
          ...series.lines.map(
            ({ label, colour, dashed, isBound }): uPlot.Series => ({
              label,
              stroke: ink[colour],
              width: isBound ? 0.5 : 2,
              spanGaps: true,
              points: { show: !isBound && series.columns[0].length < 60, size: 4 },
              ...(dashed ? { dash: [6, 4] } : {}),
              value: (_, value) => valueText(value, series.isShare),
            }),
          ),
        ],
        bands: bandsOf(series.lines, `${ink.orange}33`),
        hooks: {
          draw: [(drawn) => drawMarks(drawn, marks, ink)],
          setSelect: [
            (drawn) => {
              const { left, width } = drawn.select;
              if (width < 5) return;
              chosen.current({
                from: Math.round(1_000 * drawn.posToVal(left, 'x')),
                to: Math.round(1_000 * drawn.posToVal(left + width, 'x')),
              });
              drawn.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
            },
          ],
        },
      },
      series.columns as unknown as uPlot.AlignedData,
    );
  }, [series, marks, from, to, scheme]);

  return (
    <figure className="chart">
      <figcaption>{series.title}</figcaption>
      <div ref={box} role="img" aria-label={summaryOf(series)} />
    </figure>
  );
}

/** Shades what lies between two bounds. Lines are counted from 1: 0 is time. */
function bandsOf(lines: readonly Line[], fill: string): uPlot.Band[] {
  const upper = lines.findIndex(({ isBound }) => isBound) + 1;
  return upper === 0 ? [] : [{ series: [upper, upper + 1], fill }];
}

/** The whole of shares that vary much, else the part where they lie. */
function shareRange(_: uPlot, least: number | null, most: number | null): [number, number] {
  if (least === null || most === null || least < 0.4) return [0, 1.03];
  const margin = Math.max(0.02, (most - least) / 10);
  return [Math.max(0, least - margin), Math.min(1.01, most + margin)];
}

/** What the chart shows, for who cannot see it. */
function summaryOf({ title, lines, columns, isShare }: Series): string {
  const newest = lines.flatMap(({ label }, index) => {
    const value = columns[index + 1]?.findLast((one) => one !== null);
    return value === undefined || value === null ? [] : [`${label} ${valueText(value, isShare)}`];
  });
  return `${title} over ${columns[0].length} windows; newest: ${newest.join(', ') || 'nothing yet'}`;
}
