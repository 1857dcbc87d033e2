import { Table, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { count } from '../../parts/number-text.ts';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Nothing, Told } from '../../parts/told.tsx';
import { studiesQuery } from '../../queries/studies.ts';

/** Every study and how far it is. */
export function StudiesPage() {
  const query = useQuery(studiesQuery());
  return (
    <>
      <Title order={1} mb="sm">
        Studies
      </Title>
      <Told query={query}>
        {(studies) =>
          studies.length === 0 ? (
            <Nothing command="npm run driftloop -- study run examples/studies/thresholds.yaml">
              No study has been run yet. A study runs backtests by the hundred with other settings, and
              proposes the best. This runs one of the example:
            </Nothing>
          ) : (
            <Table verticalSpacing={6}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Study</Table.Th>
                  <Table.Th visibleFrom="xs">Of</Table.Th>
                  <Table.Th visibleFrom="sm">Design</Table.Th>
                  <Table.Th>Jobs done</Table.Th>
                  <Table.Th visibleFrom="sm">Failed</Table.Th>
                  <Table.Th>State</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {studies.map(({ id, model, design, counts, state }) => (
                  <Table.Tr key={id}>
                    <Table.Td className="breaks">
                      <Link to="/studies/$study" params={{ study: id }} className="link">
                        {id}
                      </Link>
                    </Table.Td>
                    <Table.Td visibleFrom="xs">{model ?? 'steps'}</Table.Td>
                    <Table.Td visibleFrom="sm">{design}</Table.Td>
                    <Table.Td className="figure">
                      {count(counts.done)} of{' '}
                      {count(counts.done + counts.failed + counts.claimed + counts.waiting)}
                    </Table.Td>
                    <Table.Td visibleFrom="sm" className="figure">
                      {count(counts.failed)}
                    </Table.Td>
                    <Table.Td>
                      <StateBadge state={state} />
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          )
        }
      </Told>
    </>
  );
}
