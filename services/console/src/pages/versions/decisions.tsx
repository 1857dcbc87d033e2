import { Button, Group, NativeSelect, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type Deed, ReasonDialog } from '../../parts/reason-dialog.tsx';
import { type Decision, decide } from '../../queries/decisions.ts';
import type { Model } from '../../queries/models.ts';
import { mayChange, meQuery } from '../../queries/session.ts';

/** What a person may do with the versions of a model now. */
export function Decisions({
  model,
  onDone,
}: {
  readonly model: Model;
  readonly onDone: (outcome: string) => void;
}) {
  const { data: me } = useQuery(meQuery());
  const [deed, setDeed] = useState<Deed>();
  // What has been live once may be live again.
  const back = model.versions.filter(({ status }) => status === 'retired' || status === 'rolledBack');
  const newest = back.at(-1)?.version;
  const [to, setTo] = useState<number>();
  const target = back.some(({ version }) => version === to) ? to : newest;
  const may = mayChange(me, model.model);
  const ask = (title: string, effect: string, decision: Decision, isHarsh = false) =>
    setDeed({ title, effect, isHarsh, act: (reason) => decide(model.model, decision, reason) });
  const trials = [model.shadow, model.canary].filter((version) => version !== null);
  return (
    <section aria-label="Decisions">
      {may || me === undefined ? null : (
        <Text size="sm" c="dimmed" mb="xs">
          You may look and not change anything: your role is {me.role}. An operator's token lets you decide.
        </Text>
      )}
      <Group gap="sm" align="end">
        {trials.map((version) => (
          <Group gap="xs" key={version}>
            <Button
              disabled={!may}
              onClick={() =>
                ask(
                  `Promote version ${version}`,
                  `Version ${version} goes a step on: from shadow to a share of the requests where the spec has one, and live.`,
                  { kind: 'promote', version },
                )
              }
            >
              Promote version {version}
            </Button>
            <Button
              variant="outline"
              color="red"
              disabled={!may}
              onClick={() =>
                ask(
                  `Reject version ${version}`,
                  `Version ${version} is given up and answers no more, not even in shadow.`,
                  { kind: 'reject', version },
                  true,
                )
              }
            >
              Reject version {version}
            </Button>
          </Group>
        ))}
        <Button
          variant="default"
          disabled={!may}
          onClick={() =>
            ask(
              'Retrain into shadow',
              'A version is trained on the newest labelled rows. If it passes the gate it answers in shadow until it proves better or you promote it.',
              { kind: 'retrain', rollout: 'shadow' },
            )
          }
        >
          Retrain into shadow
        </Button>
        <Button
          variant="default"
          disabled={!may}
          onClick={() =>
            ask(
              'Retrain',
              'A version is trained on the newest labelled rows. If it passes the gate it goes live at once.',
              { kind: 'retrain', rollout: 'publish' },
            )
          }
        >
          Retrain
        </Button>
        {target === undefined ? null : (
          <Group gap="xs" align="end">
            <NativeSelect
              label="Back to"
              size="sm"
              value={String(target)}
              onChange={(event) => setTo(Number(event.currentTarget.value))}
              data={back.map(({ version }) => ({ value: String(version), label: `version ${version}` }))}
            />
            <Button
              variant="outline"
              color="red"
              disabled={!may}
              onClick={() =>
                ask(
                  `Roll back to version ${target}`,
                  `Version ${model.live ?? 'none'} is taken down at once and version ${target} answers again.`,
                  { kind: 'rollback', to: target },
                  true,
                )
              }
            >
              Roll back to version {target}
            </Button>
          </Group>
        )}
      </Group>
      <ReasonDialog deed={deed} onClose={() => setDeed(undefined)} onDone={onDone} />
    </section>
  );
}
