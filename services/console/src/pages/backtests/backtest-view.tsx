import { List, Table, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { besideSeries, type JudgedLine } from '../../parts/chart/beside.ts';
import type { Mark } from '../../parts/chart/mark.ts';
import { Timeline } from '../../parts/chart/timeline.tsx';
import { count } from '../../parts/number-text.ts';
import { spanText } from '../../parts/time-text.ts';
import type { WholeBacktest } from '../../queries/backtests.ts';
import { driftQuery } from '../../queries/history.ts';
import { figureRows, otherwiseTexts, overrideTexts } from './figures.ts';

const MOST_TOLD = 100;
const NO_MARKS: readonly Mark[] = [];

/** One backtest beside what happened, or beside another one. */
export function BacktestView({
  model,
  one,
  other,
}: {
  readonly model: string;
  readonly one: WholeBacktest;
  readonly other: WholeBacktest | undefined;
}) {
  const shown = other === undefined ? [one] : [one, other];
  const { windowFrom: from, windowTo: to } = one.backtest;
  const span = useMemo(() => ({ from, to }), [from, to]);
  const { data: live } = useQuery(driftQuery(model, span));
  const series = useMemo(() => {
    const beside: JudgedLine =
      other === undefined
        ? {
            label: 'as it happened',
            colour: 'grey',
            dashed: true,
            verdicts: (live ?? []).flatMap(({ windowStart, windowEnd, likelihood }) =>
              likelihood === null ? [] : [{ windowStart, windowEnd, likelihood }],
            ),
          }
        : { label: other.backtest.backtestId, colour: 'blue', dashed: true, verdicts: other.verdicts };
    return besideSeries([beside, { label: one.backtest.backtestId, colour: 'red', verdicts: one.verdicts }]);
  }, [one, other, live]);
  const marks = useMemo(() => marksOf(one), [one]);
  return (
    <section aria-label="Looked at closely">
      <Title order={2} mt="xl" mb="xs">
        {other === undefined ? 'One backtest' : 'Two side by side'}
      </Title>
      <Timeline series={series} marks={marks} range={span} onSpan={() => {}} />
      <Table verticalSpacing={4}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Figure</Table.Th>
            {shown.map(({ backtest }) => (
              <Table.Th key={backtest.backtestId} className="breaks">
                {backtest.backtestId}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          <Table.Tr>
            <Table.Td>Settings</Table.Td>
            {shown.map(({ backtest }) => (
              <Table.Td key={backtest.backtestId} className="breaks">
                {overrideTexts(backtest.overrides).join(', ') || 'the spec as it was'}
              </Table.Td>
            ))}
          </Table.Tr>
          {figureRows(shown.map(({ backtest }) => backtest)).map(({ words, values }) => (
            <Table.Tr key={words} className="figure">
              <Table.Td>{words}</Table.Td>
              {values.map((value, index) => (
                <Table.Td key={shown[index]?.backtest.backtestId}>{value}</Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {other === undefined ? null : <Otherwise one={one} other={other} />}
      {shown.map((backtest) => (
        <Endings key={backtest.backtest.backtestId} whole={backtest} />
      ))}
    </section>
  );
}

/** Where it asked for a retrain; with training, what came of it. */
function marksOf({ verdicts, endings }: WholeBacktest): readonly Mark[] {
  if (endings.length > 0)
    return endings.map(({ eventTime: at, outcome, action, version }) => ({
      at,
      kind: outcome === 'published' ? 'live' : outcome === 'rejected' ? 'rejected' : 'trial',
      short: version === null ? action : `v${version}`,
      text: `${action}: ${outcome}`,
    }));
  const asked = verdicts.filter(({ action }) => action !== 'none');
  return asked.length === 0
    ? NO_MARKS
    : asked.map(({ windowEnd: at, action }) => ({ at, kind: 'command', short: action, text: action }));
}

function Otherwise({ one, other }: { readonly one: WholeBacktest; readonly other: WholeBacktest }) {
  const texts = otherwiseTexts(one.verdicts, other.verdicts);
  return (
    <>
      <Title order={3} mt="md">
        {texts.length === 0
          ? 'They judge every window alike'
          : `${count(texts.length)} windows judged otherwise`}
      </Title>
      <List size="sm">
        {texts.slice(0, MOST_TOLD).map(({ windowStart, windowEnd, text }) => (
          <List.Item key={`${windowStart}/${windowEnd}`}>
            {spanText(windowStart, windowEnd)}: {one.backtest.backtestId} {text}.
          </List.Item>
        ))}
      </List>
    </>
  );
}

function Endings({ whole: { backtest, endings } }: { readonly whole: WholeBacktest }) {
  if (endings.length === 0) return null;
  return (
    <>
      <Title order={3} mt="md" className="breaks">
        What became of what {backtest.backtestId} asked for
      </Title>
      <List size="sm">
        {endings.map(({ commandId, eventTime, action, outcome, version, rows, reasons }) => (
          <List.Item key={commandId}>
            {spanText(eventTime, eventTime)}: {action}, {outcome}
            {version === null ? '' : ` (version ${version})`}
            {rows === 0 ? '' : `, on ${count(rows)} rows`}
            {reasons.length === 0 ? '' : `: ${reasons.join('; ')}`}
          </List.Item>
        ))}
      </List>
    </>
  );
}
