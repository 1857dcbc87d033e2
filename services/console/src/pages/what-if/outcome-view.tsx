import { List, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { besideSeries } from '../../parts/chart/beside.ts';
import { Timeline } from '../../parts/chart/timeline.tsx';
import { duration, spanText } from '../../parts/time-text.ts';
import { Nothing } from '../../parts/told.tsx';
import { commandsQuery, historyQuery, performanceQuery, type Span } from '../../queries/history.ts';
import type { WhatIf } from '../../queries/what-if.ts';
import { marksOf } from '../drift/marks.ts';
import { performanceSeries } from '../drift/series.ts';
import { differenceText, retrainMarks, summaryOf } from './outcome.ts';

/** So many windows are told in words; the charts have all. */
const MOST_TOLD = 100;

/** The slice again with other settings, beside what happened. */
export function OutcomeView({
  model,
  outcome,
  span,
  onSpan,
}: {
  readonly model: string;
  readonly outcome: WhatIf & { readonly tookMs: number };
  readonly span: Span;
  readonly onSpan: (span: Span) => void;
}) {
  const { data: performance } = useQuery(performanceQuery(model, span));
  const { data: steps } = useQuery(historyQuery(model));
  const { data: commands } = useQuery(commandsQuery(model));
  const happened = useMemo(() => marksOf(steps ?? [], commands ?? []), [steps, commands]);
  const beside = useMemo(
    () =>
      besideSeries([
        { label: 'as it happened', colour: 'grey', dashed: true, verdicts: outcome.live },
        { label: 'with these settings', colour: 'red', verdicts: outcome.verdicts },
      ]),
    [outcome],
  );
  const wanted = useMemo(() => retrainMarks(outcome), [outcome]);
  const accuracy = useMemo(() => performanceSeries(performance ?? []), [performance]);
  const windows = [...outcome.live, ...outcome.verdicts];
  const range = useMemo(
    () => ({
      from: span.from ?? Math.min(...windows.map(({ windowStart }) => windowStart)),
      to: span.to ?? Math.max(...windows.map(({ windowEnd }) => windowEnd)),
    }),
    [span, outcome],
  );
  if (windows.length === 0)
    return <Nothing>No window of this time has closed. Choose a longer time, or all of it.</Nothing>;
  const { differences } = outcome;
  return (
    <section aria-label="Beside what happened">
      <Title order={2} mt="lg" mb="xs">
        Beside what happened
      </Title>
      <Text role="status" fw={600}>
        {summaryOf(outcome)}
      </Text>
      <Text size="sm" c="dimmed" mb="xs">
        {spanText(range.from, range.to)}, judged again in {duration(outcome.tookMs)}. The replay begins
        without a memory, so its first windows may be judged otherwise by that alone.
      </Text>
      <Timeline series={beside} marks={wanted} range={range} onSpan={onSpan} />
      {performance === undefined ? null : (
        <Timeline series={accuracy} marks={happened} range={range} onSpan={onSpan} />
      )}
      {outcome.retrains.length === 0 ? null : (
        <>
          <Title order={3}>Retrains that it would have asked for</Title>
          <List size="sm" mb="sm">
            {outcome.retrains.map(({ eventTime, reasons }) => (
              <List.Item key={eventTime}>
                {spanText(eventTime, eventTime)}: {reasons.join('; ')}
              </List.Item>
            ))}
          </List>
        </>
      )}
      {differences.length === 0 ? null : (
        <Table verticalSpacing={4}>
          <Table.Caption>
            Windows that are judged otherwise
            {differences.length > MOST_TOLD ? `; the first ${MOST_TOLD} of ${differences.length}` : ''}
          </Table.Caption>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Window</Table.Th>
              <Table.Th>What is different</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {differences.slice(0, MOST_TOLD).map((difference) => (
              <Table.Tr key={`${difference.windowStart}/${difference.windowEnd}`}>
                <Table.Td>{spanText(difference.windowStart, difference.windowEnd)}</Table.Td>
                <Table.Td>{differenceText(difference)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </section>
  );
}
