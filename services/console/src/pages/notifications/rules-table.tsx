import { Button, Group, Table, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { Failure } from '../../parts/told.tsx';
import { type NotificationRule, removeRule, testRule } from '../../queries/notifications.ts';
import { pacePhrase } from './pace-phrase.ts';

/** Rules, with what may be done to them. */
export function RulesTable({
  rules,
  may,
  onDone,
}: {
  readonly rules: readonly NotificationRule[];
  readonly may: boolean;
  readonly onDone: (told: string) => void;
}) {
  const testing = useMutation({ mutationFn: testRule, onSuccess: onDone });
  const removing = useMutation({ mutationFn: removeRule, onSuccess: onDone });
  // Asked once more before it goes.
  const [asked, setAsked] = useState<string>();
  const error = testing.error ?? removing.error;
  return (
    <>
      {error === null ? null : <Failure error={error} />}
      <Table verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Rule</Table.Th>
            <Table.Th>Tells</Table.Th>
            <Table.Th visibleFrom="sm">Of</Table.Th>
            <Table.Th visibleFrom="md">How often</Table.Th>
            {may ? <Table.Th>Do</Table.Th> : null}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rules.map((rule) => (
            <Table.Tr key={rule.name}>
              <Table.Td className="breaks">
                {rule.name}
                <Text size="sm" c="dimmed">
                  by {rule.createdBy}
                </Text>
              </Table.Td>
              <Table.Td className="breaks">
                {rule.channel}
                <Text size="sm" c="dimmed">
                  {rule.to.length > 0 ? rule.to.join(', ') : `secret ${rule.secret}`}
                </Text>
              </Table.Td>
              <Table.Td visibleFrom="sm" className="breaks">
                {rule.states.join(', ')}
                <Text size="sm" c="dimmed">
                  {rule.models === null ? 'all models' : rule.models.join(', ')}
                  {rule.roles.length === 0 ? '' : `; ${rule.roles.join(', ')}`}
                </Text>
              </Table.Td>
              <Table.Td visibleFrom="md">{pacePhrase(rule)}</Table.Td>
              {may ? (
                <Table.Td>
                  <Group gap="xs">
                    <Button
                      size="compact-sm"
                      variant="default"
                      loading={testing.isPending && testing.variables === rule.name}
                      aria-label={`Send a test by ${rule.name}`}
                      onClick={() => testing.mutate(rule.name)}
                    >
                      Test
                    </Button>
                    <Button
                      size="compact-sm"
                      color="red"
                      variant="outline"
                      loading={removing.isPending && removing.variables === rule.name}
                      aria-label={asked === rule.name ? `Really remove ${rule.name}` : `Remove ${rule.name}`}
                      onClick={() => (asked === rule.name ? removing.mutate(rule.name) : setAsked(rule.name))}
                    >
                      {asked === rule.name ? 'Really?' : 'Remove'}
                    </Button>
                  </Group>
                </Table.Td>
              ) : null}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </>
  );
}
