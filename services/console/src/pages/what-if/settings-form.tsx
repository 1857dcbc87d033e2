import { Button, Group, SimpleGrid, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { mayChange, meQuery } from '../../queries/session.ts';
import type { Overrides, Setting } from '../../queries/what-if.ts';
import { type Draft, draftOf, overridesOf } from './fields.ts';
import { SettingField } from './setting-field.tsx';

/** Parts of a spec, and what they are about; those after the first are opened where one asks. */
const PARTS = [
  ['drift', 'What is called drift'],
  ['window', 'How windows are cut'],
  ['retrain', 'When a retrain is asked for'],
  ['rollout', 'How versions go live'],
] as const;

/** The settings of a model, each of which may be another one. */
export function SettingsForm({
  model,
  settings,
  asked,
  isAsking,
  onAsk,
}: {
  readonly model: string;
  readonly settings: readonly Setting[];
  /** As they were asked with. */
  readonly asked: Overrides;
  readonly isAsking: boolean;
  readonly onAsk: (overrides: Overrides) => void;
}) {
  const { data: me } = useQuery(meQuery());
  const [draft, setDraft] = useState<Draft>(() => draftOf(settings, asked));
  const may = mayChange(me, model);
  return (
    <form
      aria-label="Settings"
      onSubmit={(event) => {
        event.preventDefault();
        onAsk(overridesOf(settings, draft));
      }}
    >
      {PARTS.map(([part, title], index) => (
        <details key={part} open={index === 0} className="part">
          <summary>{title}</summary>
          <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm" my="xs">
            {settings
              .filter(({ path }) => path.startsWith(`${part}.`))
              .map((setting) => (
                <SettingField
                  key={setting.path}
                  setting={setting}
                  entry={draft[setting.path]}
                  onEntry={(entry) => setDraft((before) => ({ ...before, [setting.path]: entry }))}
                />
              ))}
          </SimpleGrid>
        </details>
      ))}
      <Group gap="xs" mt="sm">
        <Button type="submit" loading={isAsking} disabled={!may}>
          Replay
        </Button>
        <Button variant="default" onClick={() => setDraft({})}>
          As the spec has it
        </Button>
        {may || me === undefined ? null : (
          <Text size="sm" c="dimmed">
            A replay takes a core for seconds: it is for operators, and your role is {me.role}.
          </Text>
        )}
      </Group>
    </form>
  );
}
