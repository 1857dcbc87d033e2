import { Table, Text } from '@mantine/core';
import type { Strategy } from '../../queries/strategies.ts';

/** Every strategy: what it does, where it comes from, and what may be set. */
export function ZooTable({ strategies }: { readonly strategies: readonly Strategy[] }) {
  return (
    <Table verticalSpacing={6} mb="lg">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Strategy</Table.Th>
          <Table.Th>What it does</Table.Th>
          <Table.Th visibleFrom="md">Settings and defaults</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {strategies.map(({ name, summary, source, settings }) => (
          <Table.Tr key={name}>
            <Table.Td fw={600} className="top">
              {name}
            </Table.Td>
            <Table.Td className="top">
              {summary}
              {source === null ? null : (
                <Text size="sm">
                  <a href={source.page} target="_blank" rel="noreferrer" className="link">
                    {source.paper}
                  </a>
                </Text>
              )}
            </Table.Td>
            <Table.Td visibleFrom="md" className="top quiet">
              {Object.entries(settings)
                .map(([setting, value]) => `${setting} ${value}`)
                .join(', ') || '–'}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
