import { NativeSelect, Text } from '@mantine/core';
import { useMemo } from 'react';
import { LineChart } from '../../parts/chart/line-chart.tsx';
import { percent } from '../../parts/number-text.ts';
import { Moment } from '../../parts/time.tsx';
import { Nothing } from '../../parts/told.tsx';
import type { Scenario } from '../../queries/strategies.ts';
import { blockCurves, type Drawing, taskCurves, usuallyDrawn, withOr } from './curves.ts';
import { FiguresTable } from './figures-table.tsx';

/** What was measured of strategies in one scenario, and how they came to it. */
export function Benchmark({
  scenarios,
  chosen,
  drawn,
  onChoose,
}: {
  readonly scenarios: readonly Scenario[];
  /** Name of the scenario. @default the first */
  readonly chosen: string | undefined;
  /** Strategies whose curves are drawn. @default the best, and the baseline */
  readonly drawn: readonly string[] | undefined;
  readonly onChoose: (search: { scenario: string; drawn?: readonly string[] }) => void;
}) {
  const scenario = scenarios.find((one) => one.scenario === chosen) ?? scenarios[0];
  const shown = useMemo(
    () => (scenario === undefined ? [] : (drawn ?? usuallyDrawn(scenario.results))),
    [scenario, drawn],
  );
  if (scenario === undefined)
    return (
      <Nothing command={commandOf('')}>
        Nothing has been measured here yet. This trains every strategy on nine sequences of tasks, takes an
        hour, and puts its figures into the ClickHouse of <code>up</code>; names of sequences, as{' '}
        <code>continual A sea</code>, make it shorter:
      </Nothing>
    );
  return (
    <>
      <NativeSelect
        label="Tasks one after another"
        value={scenario.scenario}
        onChange={(event) => onChoose({ scenario: event.currentTarget.value })}
        data={scenarios.map(({ scenario: value, title }) => ({ value, label: title === '' ? value : title }))}
        mb="sm"
        maw={420}
      />
      <Curves scenario={scenario} drawn={shown} />
      <FiguresTable
        results={scenario.results}
        drawn={shown}
        onDraw={(strategy) => onChoose({ scenario: scenario.scenario, drawn: withOr(shown, strategy) })}
      />
      <Text size="sm" c="dimmed" mb="lg">
        The newest of <Moment at={Math.max(...scenario.results.map(({ measuredAt }) => measuredAt))} />.
        Measure it again: <code className="breaks">{commandOf(` ${scenario.scenario}`)}</code>
      </Text>
    </>
  );
}

/** Measures strategies, on all sequences of tasks or on some. */
const commandOf = (sequences: string) =>
  `npm run bench -- continual${sequences} --samples 5 --data .driftloop/local`;

function Curves({ scenario, drawn }: { readonly scenario: Scenario; readonly drawn: readonly string[] }) {
  const tasks = useMemo(() => taskCurves(scenario, drawn), [scenario, drawn]);
  const blocks = useMemo(() => blockCurves(scenario, drawn), [scenario, drawn]);
  if (tasks === undefined && blocks === undefined)
    return (
      <Text size="sm" c="dimmed" mb="sm">
        No curve is drawn: none is chosen below, or they were measured before curves were kept.
      </Text>
    );
  return (
    <>
      <Accuracy
        title="Accuracy over the tasks learnt so far"
        across="tasks"
        drawing={tasks}
        last="Accuracy over the tasks learnt so far, after the last"
      />
      <Accuracy
        title="Accuracy of rows before they are learnt"
        across="rows"
        drawing={blocks}
        last="Accuracy of the last rows before they are learnt"
      />
    </>
  );
}

/** A chart of accuracies, where there are any. @param last what their last values are */
function Accuracy({
  title,
  across,
  drawing,
  last,
}: {
  readonly title: string;
  readonly across: string;
  readonly drawing: Drawing | undefined;
  readonly last: string;
}) {
  if (drawing === undefined) return null;
  return <LineChart title={title} across={across} isShare {...drawing} summary={summaryOf(last, drawing)} />;
}

function summaryOf(what: string, { lines }: Drawing): string {
  const last = lines.flatMap(({ label, values }) => {
    const value = values.findLast((one) => one !== null);
    return value === undefined || value === null ? [] : [`${label} ${percent(value)}`];
  });
  return `${what}: ${last.join(', ')}`;
}
