import { Button, Table, Text } from '@mantine/core';
import { count, percent } from '../../parts/number-text.ts';
import { Wide } from '../../parts/wide.tsx';
import type { Figures } from '../../queries/strategies.ts';

/** Columns beside name and accuracy; those of streams only where one has a value. */
const COLUMNS: readonly (readonly [string, (figures: Figures) => string | undefined])[] = [
  ['Forgetting', ({ forgetting }) => share(forgetting)],
  ['Backward', ({ backwardTransfer }) => share(backwardTransfer)],
  ['Forward', ({ forwardTransfer }) => share(forwardTransfer)],
  ['Prequential', ({ prequential }) => (prequential === null ? undefined : percent(prequential))],
  [
    'Recovery, rows',
    ({ recoveryRows }) => (recoveryRows === null ? undefined : count(Math.round(recoveryRows))),
  ],
  ['Memory, kB', ({ memoryBytes }) => count(Math.round(memoryBytes / 1_000))],
  [
    'Elsewhere',
    ({ peer, peerAccuracy }) => (peerAccuracy === null ? undefined : `${percent(peerAccuracy)} (${peer})`),
  ],
];

/** What strategies learnt and forgot, the best first; a press draws one's curve. */
export function FiguresTable({
  results,
  drawn,
  onDraw,
}: {
  readonly results: readonly Figures[];
  readonly drawn: readonly string[];
  readonly onDraw: (strategy: string) => void;
}) {
  const columns = COLUMNS.filter(([, of]) => results.some((figures) => of(figures) !== undefined));
  const seeds = Math.max(...results.map((figures) => figures.seeds));
  return (
    <>
      <Wide label="Figures of strategies">
        <Table verticalSpacing={4}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Strategy</Table.Th>
              <Table.Th>{seeds > 1 ? 'Accuracy ± SD' : 'Accuracy'}</Table.Th>
              {columns.map(([name]) => (
                <Table.Th key={name}>{name}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {results.map((figures) => {
              const { strategy, accuracy, accuracySpread } = figures;
              const isDrawn = drawn.includes(strategy);
              return (
                <Table.Tr key={strategy} className="figure one-line">
                  <Table.Td>
                    <Button
                      size="compact-xs"
                      variant={isDrawn ? 'filled' : 'default'}
                      aria-pressed={isDrawn}
                      aria-label={`Draw ${strategy}`}
                      onClick={() => onDraw(strategy)}
                    >
                      {strategy}
                    </Button>
                  </Table.Td>
                  <Table.Td>
                    {percent(accuracy)}
                    {figures.seeds > 1 ? ` ± ${(100 * accuracySpread).toFixed(1)}` : ''}
                  </Table.Td>
                  {columns.map(([name, of]) => (
                    <Table.Td key={name}>{of(figures) ?? '–'}</Table.Td>
                  ))}
                </Table.Tr>
              );
            })}
          </Table.Tbody>
        </Table>
      </Wide>
      <Text size="sm" c="dimmed" mb={4}>
        Means over {count(seeds)} {seeds === 1 ? 'seed' : 'seeds'}. Forgetting: best earlier accuracy of a
        task less its last. Backward: its last less that right after it was learnt. Forward: its accuracy
        before it was learnt. Prequential: of rows before they are learnt. Elsewhere: as Avalanche measured.
      </Text>
    </>
  );
}

/** A difference of shares, to three digits. */
function share(value: number): string {
  return value.toFixed(3);
}
