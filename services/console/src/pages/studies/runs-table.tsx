import { Button, Table, Text } from '@mantine/core';
import { Wide } from '../../parts/wide.tsx';
import type { Study } from '../../queries/studies.ts';
import { cellText, namesOf } from './axes.ts';

/** So many runs are listed; the command line has all. */
const MOST_LISTED = 200;

/** The runs of a study, those that no other beats first. */
export function RunsTable({
  study,
  of,
  onPropose,
}: {
  readonly study: Study;
  /** Run whose setting is proposed. */
  readonly of: number | undefined;
  readonly onPropose: (run: number) => void;
}) {
  const { parameters, numbers } = namesOf(study);
  const shown = study.rows.slice(0, MOST_LISTED);
  return (
    <>
      <Wide label="Runs">
        <Table verticalSpacing={4}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Run</Table.Th>
              {[...parameters, ...numbers].map((name) => (
                <Table.Th key={name}>{name}</Table.Th>
              ))}
              <Table.Th>State</Table.Th>
              {study.model === null ? null : <Table.Th>Propose</Table.Th>}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {shown.map(({ sample, values, metrics, status, reason, isFront }) => (
              <Table.Tr key={sample} className="figure">
                <Table.Td>
                  {sample}
                  {isFront ? ' ●' : ''}
                </Table.Td>
                {parameters.map((name) => (
                  <Table.Td key={name}>{cellText(values[name])}</Table.Td>
                ))}
                {numbers.map((name) => (
                  <Table.Td key={name}>{cellText(metrics[name])}</Table.Td>
                ))}
                <Table.Td>{reason === '' ? status : `${status}: ${reason}`}</Table.Td>
                {study.model === null ? null : (
                  <Table.Td>
                    <Button
                      size="compact-xs"
                      variant={of === sample ? 'filled' : 'default'}
                      aria-pressed={of === sample}
                      aria-label={`Propose the setting of run ${sample}`}
                      disabled={status !== 'done'}
                      onClick={() => onPropose(sample)}
                    >
                      Propose
                    </Button>
                  </Table.Td>
                )}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Wide>
      <Text size="sm" c="dimmed">
        ● No other run is better in one thing that is wanted and no worse in the others.
        {study.runs > shown.length
          ? ` ${study.runs - shown.length} more runs: \`driftloop study results ${study.id} --json\` has all.`
          : ''}
      </Text>
    </>
  );
}
