import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { inkOf } from '../../parts/chart/ink.ts';
import { mountPlot } from '../../parts/chart/mount-plot.ts';
import { count, figure } from '../../parts/number-text.ts';

const HEIGHT_PX = 200;

/** The training loss by optimizer steps. @param steps ascending, as many as losses */
export function LossChart({
  steps,
  losses,
}: {
  readonly steps: readonly number[];
  readonly losses: readonly number[];
}) {
  const box = useRef<HTMLDivElement>(null);
  const scheme = useComputedColorScheme('light');
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const ink = inkOf(scheme);
    const axis = { stroke: ink.text, grid: { stroke: ink.grid }, ticks: { stroke: ink.grid } };
    return mountPlot(
      element,
      {
        height: HEIGHT_PX,
        scales: { x: { time: false } },
        axes: [axis, { ...axis, size: 60 }],
        series: [
          { label: 'step' },
          { label: 'loss', stroke: ink.blue, width: 2, points: { show: steps.length < 60, size: 4 } },
        ],
      },
      [[...steps], [...losses]],
    );
  }, [steps, losses, scheme]);
  const [first = 0, last = 0] = [losses[0], losses.at(-1)];
  return (
    <figure className="chart">
      <figcaption>Loss by steps</figcaption>
      <div
        ref={box}
        role="img"
        aria-label={`Training loss, from ${figure('', first)} to ${figure('', last)} over ${count(steps.at(-1) ?? 0)} steps`}
      />
    </figure>
  );
}
