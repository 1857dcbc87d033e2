import { Button, Table, Text } from '@mantine/core';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Moment } from '../../parts/time.tsx';
import type { NotificationMessage } from '../../queries/notifications.ts';

/** The delivery log, newest first. */
export function MessagesTable({
  messages,
  more,
}: {
  readonly messages: readonly NotificationMessage[];
  readonly more: { readonly isLoading: boolean; load(): void } | undefined;
}) {
  return (
    <>
      <Table verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>When</Table.Th>
            <Table.Th visibleFrom="xs">Rule</Table.Th>
            <Table.Th>What</Table.Th>
            <Table.Th>Outcome</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {messages.map(({ id, at, rule, title, texts, outcome, attempts, error, nextAt }) => (
            <Table.Tr key={id}>
              <Table.Td>
                <Moment at={at} />
              </Table.Td>
              <Table.Td visibleFrom="xs" className="breaks">
                {rule}
              </Table.Td>
              <Table.Td className="breaks">
                <details>
                  <summary>{title}</summary>
                  {texts.map((text, i) => (
                    <Text size="sm" key={i}>
                      {text}
                    </Text>
                  ))}
                </details>
              </Table.Td>
              <Table.Td className="breaks">
                <StateBadge state={outcome} />
                {attempts > 1 ? <Text size="sm">{attempts} attempts</Text> : null}
                {error === '' ? null : <Text size="sm">{error}</Text>}
                {nextAt === null ? null : (
                  <Text size="sm" c="dimmed">
                    again at <Moment at={nextAt} />
                  </Text>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {more === undefined ? null : (
        <Button mt="md" variant="default" loading={more.isLoading} onClick={more.load}>
          Older
        </Button>
      )}
    </>
  );
}
