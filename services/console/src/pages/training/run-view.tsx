import { Button, Group, List, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { Notes } from '../../parts/notes.tsx';
import { figure } from '../../parts/number-text.ts';
import { type Deed, ReasonDialog } from '../../parts/reason-dialog.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Moment } from '../../parts/time.tsx';
import { rowsText } from '../../parts/time-text.ts';
import { Told } from '../../parts/told.tsx';
import { decide } from '../../queries/decisions.ts';
import { historyQuery } from '../../queries/history.ts';
import { modelQuery } from '../../queries/models.ts';
import { mayChange, meQuery } from '../../queries/session.ts';
import { trainingRunQuery } from '../../queries/training.ts';
import { namedMetrics } from '../versions/metric-names.ts';
import { LossChart } from './loss-chart.tsx';
import { type Judgement, judgementOf, lossOf, milestones, type Run } from './runs.ts';

/** One run closely: why on these rows, how the loss went, what the gate measured, and what is left to decide. */
export function RunView({
  model,
  run: { command, phase },
  onDone,
}: {
  readonly model: string;
  readonly run: Run;
  readonly onDone: (outcome: string) => void;
}) {
  const reports = useQuery(trainingRunQuery(model, command.commandId));
  const { data: steps } = useQuery(historyQuery(model));
  const judgement = useMemo(() => judgementOf(steps ?? [], command.commandId), [steps, command]);
  const loss = useMemo(() => lossOf(reports.data ?? []), [reports.data]);
  return (
    <section aria-label="One run">
      <Group gap="sm" mt="xl" mb="xs">
        <Title order={2}>
          Run of <Moment at={command.issuedAt} />
        </Title>
        <StateBadge state={phase} />
      </Group>
      <Text size="sm" c="dimmed" className="breaks">
        Command {command.commandId}, asked for by {command.issuedBy}, from version {command.baseVersion},
        strategy {command.strategy}
      </Text>
      {judgement === undefined ? null : (
        <Approval model={model} version={judgement.version} onDone={onDone} />
      )}
      <Title order={3} mt="md">
        Why, and on which rows
      </Title>
      <List size="sm">
        {command.reasons.map((reason) => (
          <List.Item key={reason}>{reason}</List.Item>
        ))}
        {command.selection.map(({ from, to, weight, reason }) => (
          <List.Item key={`${from}/${to}/${reason}`}>
            {rowsText(from, to)}, weight {Number(weight.toPrecision(3))}: {reason}
          </List.Item>
        ))}
      </List>
      <Told query={reports}>
        {(told) => (
          <>
            <Title order={3} mt="md">
              How it went
            </Title>
            {loss === undefined ? (
              <Text size="sm" c="dimmed">
                No curve: the loss is told each half second, and of this run not twice.
              </Text>
            ) : (
              <LossChart steps={loss.steps} losses={loss.losses} />
            )}
            <List size="sm" type="ordered">
              {milestones(told).map(({ at, phase: name, message }) => (
                <List.Item key={`${at}/${name}/${message}`}>
                  <Moment at={at} />: {name}
                  {message === '' || message === name ? '' : `, ${message}`}
                </List.Item>
              ))}
            </List>
          </>
        )}
      </Told>
      {judgement === undefined ? null : <Gate judgement={judgement} />}
      <Notes model={model} about="run" subject={command.commandId} name="this run" />
    </section>
  );
}

/** What the gate compared, check by check, and the figures that it did so by. */
function Gate({ judgement: { version, kind, metrics, checks } }: { readonly judgement: Judgement }) {
  return (
    <>
      <Title order={3} mt="md">
        {kind === 'rejected' ? `Why version ${version} was rejected` : `What let version ${version} through`}
      </Title>
      <List size="sm">
        {checks.map((check) => (
          <List.Item key={check}>{check}</List.Item>
        ))}
      </List>
      <Table verticalSpacing={4} mt="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Measured</Table.Th>
            <Table.Th>Figure</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {namedMetrics(Object.keys(metrics)).map(({ name, words }) => (
            <Table.Tr key={name} className="figure">
              <Table.Td>{words}</Table.Td>
              <Table.Td>{figure(name, metrics[name] ?? Number.NaN)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </>
  );
}

/** What a person may decide about the run's version while it is on trial. */
function Approval({
  model,
  version,
  onDone,
}: {
  readonly model: string;
  readonly version: number;
  readonly onDone: (outcome: string) => void;
}) {
  const { data } = useQuery(modelQuery(model));
  const { data: me } = useQuery(meQuery());
  const [deed, setDeed] = useState<Deed>();
  if (data?.shadow !== version && data?.canary !== version) return null;
  const may = mayChange(me, model);
  const ask = (kind: 'promote' | 'reject', title: string, effect: string) =>
    setDeed({
      title,
      effect,
      isHarsh: kind === 'reject',
      act: (reason) => decide(model, { kind, version }, reason),
    });
  return (
    <Group gap="xs" my="sm">
      <Button
        disabled={!may}
        onClick={() =>
          ask(
            'promote',
            `Approve version ${version}`,
            `Version ${version} goes a step on, from trial towards live.`,
          )
        }
      >
        Approve version {version}
      </Button>
      <Button
        variant="outline"
        color="red"
        disabled={!may}
        onClick={() => ask('reject', `Reject version ${version}`, `Version ${version} answers no more.`)}
      >
        Reject version {version}
      </Button>
      {may || me === undefined ? null : (
        <Text size="sm" c="dimmed">
          An operator decides; your role is {me.role}.
        </Text>
      )}
      <ReasonDialog deed={deed} onClose={() => setDeed(undefined)} onDone={onDone} />
    </Group>
  );
}
