import { Button, NativeSelect, Table, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Moment } from '../../parts/time.tsx';
import { Nothing, Told } from '../../parts/told.tsx';
import { type AuditEntry, auditQuery } from '../../queries/audit.ts';
import { auditSearch } from './search.ts';

/** Who changed something, or wanted to, newest first. */
export function AuditPage() {
  const filter = useSearch({ from: '/operations/audit' });
  const navigate = useNavigate();
  const query = useInfiniteQuery(auditQuery(filter));
  return (
    <>
      <NativeSelect
        label="Show"
        maw="16rem"
        mb="md"
        value={filter.outcome ?? ''}
        onChange={(event) =>
          void navigate({
            to: '/operations/audit',
            search: auditSearch({ ...filter, outcome: event.currentTarget.value }),
          })
        }
        data={[
          { value: '', label: 'all' },
          { value: 'done', label: 'done' },
          { value: 'refused', label: 'refused' },
          { value: 'failed', label: 'failed' },
        ]}
      />
      <Told query={query}>
        {({ pages }) => {
          const entries = pages.flatMap((page) => page.entries);
          if (entries.length === 0) return <Nothing>Nobody has changed anything yet.</Nothing>;
          return <Entries entries={entries} />;
        }}
      </Told>
      {query.hasNextPage ? (
        <Button
          mt="md"
          variant="default"
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          Older
        </Button>
      ) : null}
    </>
  );
}

function Entries({ entries }: { readonly entries: readonly AuditEntry[] }) {
  return (
    <Table verticalSpacing={6}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>When</Table.Th>
          <Table.Th>Who</Table.Th>
          <Table.Th>What</Table.Th>
          <Table.Th visibleFrom="sm">Why</Table.Th>
          <Table.Th visibleFrom="xs">Outcome</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {entries.map((entry) => (
          <Table.Tr key={entry.id}>
            <Table.Td>
              <Moment at={entry.at} />
            </Table.Td>
            <Table.Td>
              {entry.actor === '' ? 'somebody unknown' : entry.actor}
              <Text size="sm" c="dimmed">
                {[entry.via, entry.role].filter((text) => text !== '').join(', ')}
              </Text>
            </Table.Td>
            <Table.Td className="breaks">
              {entry.action}
              {entry.model === '' ? null : (
                <Text size="sm" c="dimmed">
                  {entry.model}
                  {entry.version === null ? '' : `, version ${entry.version}`}
                </Text>
              )}
            </Table.Td>
            <Table.Td visibleFrom="sm" className="breaks">
              {entry.reason}
            </Table.Td>
            <Table.Td visibleFrom="xs">
              <StateBadge state={entry.outcome} />
              {entry.code === '' ? null : <Text size="sm">{entry.code}</Text>}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
