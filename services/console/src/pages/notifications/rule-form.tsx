import { Button, Fieldset, Group, NativeSelect, SimpleGrid, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { Failure } from '../../parts/told.tsx';
import { addRule } from '../../queries/notifications.ts';
import { CHANNELS, EMPTY, newRule, type RuleFields, STATES } from './new-rule.ts';

const SECRETS: Readonly<Record<string, string>> = {
  webhook: 'of the key that messages are signed with',
  slack: 'of the URL of the incoming webhook',
  pagerduty: 'of the routing key',
};

/** Makes a rule, or puts another in its place. */
export function RuleForm({ onDone }: { readonly onDone: (told: string) => void }) {
  const [fields, setFields] = useState<RuleFields>(EMPTY);
  const set = (changed: Partial<RuleFields>) => setFields((before) => ({ ...before, ...changed }));
  const adding = useMutation({
    mutationFn: () => addRule(newRule(fields)),
    onSuccess: (told) => {
      setFields(EMPTY);
      onDone(told);
    },
  });
  const { channel } = fields;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        adding.mutate();
      }}
    >
      <Fieldset legend="Another rule" mt="md">
        <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
          <TextInput
            label="Name"
            required
            maxLength={100}
            value={fields.name}
            onChange={(event) => set({ name: event.currentTarget.value })}
          />
          <NativeSelect
            label="Tells by"
            value={channel}
            onChange={(event) => set({ channel: event.currentTarget.value, to: '', secret: '' })}
            data={[...CHANNELS]}
          />
          {channel === 'webhook' || channel === 'email' ? (
            <TextInput
              label={channel === 'webhook' ? 'URL' : 'Addresses, separated by commas'}
              required
              value={fields.to}
              onChange={(event) => set({ to: event.currentTarget.value })}
            />
          ) : null}
          {channel === 'email' ? null : (
            <TextInput
              label="Name of the secret"
              description={SECRETS[channel]}
              required
              value={fields.secret}
              onChange={(event) => set({ secret: event.currentTarget.value })}
            />
          )}
          <TextInput
            label="Models, separated by commas"
            placeholder="all"
            value={fields.models}
            onChange={(event) => set({ models: event.currentTarget.value })}
          />
          <TextInput
            label="Quiet hours"
            placeholder="22:00-07:00"
            value={fields.quietHours}
            onChange={(event) => set({ quietHours: event.currentTarget.value })}
          />
          <TextInput
            label="Time zone"
            placeholder="UTC"
            value={fields.timeZone}
            onChange={(event) => set({ timeZone: event.currentTarget.value })}
          />
        </SimpleGrid>
        <Group role="group" aria-label="What it tells of" gap="sm" mt="sm">
          {STATES.map((state) => (
            <label key={state}>
              <input
                type="checkbox"
                checked={fields.states.includes(state)}
                onChange={(event) =>
                  set({
                    states: event.currentTarget.checked
                      ? [...fields.states, state]
                      : fields.states.filter((one) => one !== state),
                  })
                }
              />{' '}
              {state}
            </label>
          ))}
        </Group>
        {adding.error === null ? null : <Failure error={adding.error} />}
        <Button type="submit" mt="sm" loading={adding.isPending}>
          Make the rule
        </Button>
      </Fieldset>
    </form>
  );
}
