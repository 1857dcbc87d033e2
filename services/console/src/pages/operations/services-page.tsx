import { Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { count } from '../../parts/number-text.ts';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Told } from '../../parts/told.tsx';
import { readersOf } from '../../queries/readers.ts';
import { statusQuery } from '../../queries/status.ts';

/** Whether the parts answer, and how far services are behind. */
export function ServicesPage() {
  const query = useQuery(statusQuery());
  return (
    <Told query={query}>
      {(status) => (
        <>
          <Table verticalSpacing={6}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Part</Table.Th>
                <Table.Th>State</Table.Th>
                <Table.Th>Records behind</Table.Th>
                <Table.Th visibleFrom="sm">Reads</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              <Table.Tr>
                <Table.Td>gateway</Table.Td>
                <Table.Td>
                  <StateBadge state={status.gateway.ready ? 'ready' : 'not ready'} />
                </Table.Td>
                <Table.Td />
                <Table.Td visibleFrom="sm" />
              </Table.Tr>
              <Table.Tr>
                <Table.Td>ClickHouse</Table.Td>
                <Table.Td>
                  <StateBadge state={status.warehouse.ready ? 'ready' : 'does not answer'} />
                </Table.Td>
                <Table.Td />
                <Table.Td visibleFrom="sm" />
              </Table.Tr>
              {readersOf(status).map(({ name, topic, lag, state }) => (
                <Table.Tr key={`${name}/${topic}`}>
                  <Table.Td>{name}</Table.Td>
                  <Table.Td>
                    <StateBadge state={state} />
                  </Table.Td>
                  <Table.Td className="figure">{lag === null ? '–' : count(lag)}</Table.Td>
                  <Table.Td visibleFrom="sm">{topic}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
          <Text size="sm" c="dimmed" mt="sm">
            As Kafka knows it. A number that grows means that a service does not keep up, or does not run:{' '}
            <code>npm run driftloop -- status</code> tells its process and what to do.
          </Text>
        </>
      )}
    </Told>
  );
}
