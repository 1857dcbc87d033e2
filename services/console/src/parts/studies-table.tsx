import { Table } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { StudyProgress } from '../queries/studies.ts';
import { count } from './number-text.ts';
import { StateBadge } from './state-badge.tsx';

/** Studies and how far they are. */
export function StudiesTable({ studies }: { readonly studies: readonly StudyProgress[] }) {
  return (
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
              {count(counts.done)} of {count(counts.done + counts.failed + counts.claimed + counts.waiting)}
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
  );
}
