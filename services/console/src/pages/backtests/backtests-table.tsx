import { Button, Group, Table, Text } from '@mantine/core';
import { count, figure } from '../../parts/number-text.ts';
import { Moment } from '../../parts/time.tsx';
import { spanText } from '../../parts/time-text.ts';
import type { Backtest } from '../../queries/backtests.ts';
import { overrideTexts } from './figures.ts';
import type { BacktestsSearch } from './search.ts';

/** Every backtest with its settings and its figures, and the way to look at one or two of them. */
export function BacktestsTable({
  backtests,
  one,
  other,
  onChoose,
}: {
  readonly backtests: readonly Backtest[];
  readonly one: string | undefined;
  readonly other: string | undefined;
  readonly onChoose: (search: BacktestsSearch) => void;
}) {
  return (
    <Table verticalSpacing={4}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>With</Table.Th>
          <Table.Th visibleFrom="md">History</Table.Th>
          <Table.Th visibleFrom="xs">Alarms</Table.Th>
          <Table.Th visibleFrom="xs">Retrains</Table.Th>
          <Table.Th visibleFrom="sm">Score</Table.Th>
          <Table.Th>Look</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {backtests.map((backtest) => {
          const { backtestId: id } = backtest;
          return (
            <Table.Tr key={id} aria-current={id === one || id === other}>
              <Table.Td className="breaks">
                <Settings overrides={backtest.overrides} />
                <Text size="xs" c="dimmed">
                  {id}, saved <Moment at={backtest.savedAt} />
                </Text>
              </Table.Td>
              <Table.Td visibleFrom="md">{spanText(backtest.windowFrom, backtest.windowTo)}</Table.Td>
              <Table.Td visibleFrom="xs" className="figure">
                {count(backtest.alarms)}
              </Table.Td>
              <Table.Td visibleFrom="xs" className="figure">
                {count(backtest.retrains)}
              </Table.Td>
              <Table.Td visibleFrom="sm" className="figure">
                {backtest.score === null ? '–' : figure('', backtest.score)}
              </Table.Td>
              <Table.Td>
                <Group gap={4}>
                  <Button
                    size="compact-xs"
                    variant={id === one ? 'filled' : 'default'}
                    aria-pressed={id === one}
                    aria-label={`Look at ${id}`}
                    onClick={() =>
                      onChoose({ one: id, ...(other === undefined || other === id ? {} : { other }) })
                    }
                  >
                    Look
                  </Button>
                  {one === undefined || id === one ? null : (
                    <Button
                      size="compact-xs"
                      variant={id === other ? 'filled' : 'default'}
                      aria-pressed={id === other}
                      aria-label={`Put ${id} beside it`}
                      onClick={() => onChoose(id === other ? { one } : { one, other: id })}
                    >
                      Beside
                    </Button>
                  )}
                </Group>
              </Table.Td>
            </Table.Tr>
          );
        })}
      </Table.Tbody>
    </Table>
  );
}

function Settings({ overrides }: Pick<Backtest, 'overrides'>) {
  const texts = overrideTexts(overrides);
  return texts.length === 0 ? (
    <Text size="sm">the spec as it was</Text>
  ) : (
    texts.map((text) => (
      <Text size="sm" key={text}>
        {text}
      </Text>
    ))
  );
}
