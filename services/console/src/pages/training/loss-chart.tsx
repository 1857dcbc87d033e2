import { useMemo } from 'react';
import { type Curve, LineChart } from '../../parts/chart/line-chart.tsx';
import { count, figure } from '../../parts/number-text.ts';

/** The training loss by optimizer steps. @param steps ascending, as many as losses */
export function LossChart({
  steps,
  losses,
}: {
  readonly steps: readonly number[];
  readonly losses: readonly number[];
}) {
  const lines = useMemo((): Curve[] => [{ label: 'loss', colour: 'blue', values: losses }], [losses]);
  const [first = 0, last = 0] = [losses[0], losses.at(-1)];
  return (
    <LineChart
      title="Loss by steps"
      across="step"
      places={steps}
      lines={lines}
      summary={`Training loss, from ${figure('', first)} to ${figure('', last)} over ${count(steps.at(-1) ?? 0)} steps`}
    />
  );
}
