import { Table, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { count } from '../../parts/number-text.ts';
import { duration } from '../../parts/time-text.ts';
import { Nothing, Told } from '../../parts/told.tsx';
import { labelLagQuery } from '../../queries/history.ts';

/** How late labels come, by the day on which they came. */
export function LabelLag({ model }: { readonly model: string }) {
  const query = useQuery(labelLagQuery(model));
  return (
    <section>
      <Title order={2} mt="xl" mb="xs">
        How late labels come
      </Title>
      <Told query={query}>
        {(rows) =>
          rows.length === 0 ? (
            <Nothing
              command={`curl -X POST ${window.location.origin}/models/${model}/labels -H 'content-type: application/json' -d '{"requestId": "…", "label": 1}'`}
            >
              No label has come yet. Without labels drift is found, and nothing can be retrained. One is sent
              so:
            </Nothing>
          ) : (
            <Table verticalSpacing={4}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Came on</Table.Th>
                  <Table.Th>Labels</Table.Th>
                  <Table.Th>Half within</Table.Th>
                  <Table.Th visibleFrom="xs">99 % within</Table.Th>
                  <Table.Th visibleFrom="sm">Without a request</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {rows.toReversed().map(({ day, labels, unmatched, eventLagMs }) => (
                  <Table.Tr key={day} className="figure">
                    <Table.Td>{day}</Table.Td>
                    <Table.Td>{count(labels)}</Table.Td>
                    <Table.Td>{lagText(eventLagMs.p50)}</Table.Td>
                    <Table.Td visibleFrom="xs">{lagText(eventLagMs.p99)}</Table.Td>
                    <Table.Td visibleFrom="sm">{count(unmatched)}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          )
        }
      </Told>
    </section>
  );
}

function lagText(ms: number | null | undefined): string {
  return ms === null || ms === undefined ? '–' : duration(Math.max(0, ms));
}
