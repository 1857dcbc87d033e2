import { Alert, Button, Table, Text, Title } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createLazyRoute } from '@tanstack/react-router';
import { useState } from 'react';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Moment } from '../../parts/time.tsx';
import { Nothing, Told } from '../../parts/told.tsx';
import { commandsQuery } from '../../queries/history.ts';
import { RunView } from './run-view.tsx';
import { type Run, runsOf } from './runs.ts';

/** Loaded when somebody looks at it: it draws. */
export const trainingRoute = createLazyRoute('/models/$model/training')({ component: TrainingPage });

/** Every training run of a model: those that wait or are under way first, and one closely. */
function TrainingPage() {
  const { model } = trainingRoute.useParams();
  const { run: chosen } = trainingRoute.useSearch();
  const navigate = trainingRoute.useNavigate();
  const queries = useQueryClient();
  const commands = useQuery(commandsQuery(model));
  const [outcome, setOutcome] = useState<string>();
  return (
    <Told query={commands}>
      {(found) => {
        const runs = runsOf(found);
        const [newest] = runs;
        if (newest === undefined)
          return (
            <Nothing>
              Nothing was trained yet beside the first version. A drift that labels confirm asks for a retrain
              by itself; under Versions, you can ask for one.
            </Nothing>
          );
        const shown = runs.find(({ command }) => command.commandId === chosen) ?? newest;
        return (
          <>
            {outcome === undefined ? null : (
              <Alert color="teal" variant="outline" role="status" mb="sm">
                {outcome}
              </Alert>
            )}
            <Title order={2} mb="xs">
              Training runs
            </Title>
            <Text size="sm" c="dimmed" mb="xs">
              {queueText(runs)}
            </Text>
            <Runs
              runs={runs}
              shown={shown}
              onShow={(run) => void navigate({ search: { run }, resetScroll: false })}
            />
            <RunView
              key={shown.command.commandId}
              model={model}
              run={shown}
              onDone={(text) => {
                setOutcome(text);
                void queries.invalidateQueries();
              }}
            />
          </>
        );
      }}
    </Told>
  );
}

function queueText(runs: readonly Run[]): string {
  const waiting = runs.filter(({ phase }) => phase === 'waiting' || phase === 'queued').length;
  const underWay = runs.filter(({ isOver }) => !isOver).length - waiting;
  return `${underWay} under way, ${waiting} in the queue, ${runs.length - underWay - waiting} over.`;
}

function Runs({
  runs,
  shown,
  onShow,
}: {
  readonly runs: readonly Run[];
  readonly shown: Run;
  readonly onShow: (commandId: string) => void;
}) {
  return (
    <Table verticalSpacing={4}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Asked for</Table.Th>
          <Table.Th>State</Table.Th>
          <Table.Th visibleFrom="sm">Why</Table.Th>
          <Table.Th visibleFrom="md">Strategy</Table.Th>
          <Table.Th>Look</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {runs.map(({ command, phase }) => (
          <Table.Tr key={command.commandId} aria-current={command === shown.command}>
            <Table.Td>
              <Moment at={command.issuedAt} />
            </Table.Td>
            <Table.Td>
              <StateBadge state={phase} />
              {command.progress?.version === null || command.progress === null
                ? ''
                : ` version ${command.progress.version}`}
              {phase === 'training' && command.progress !== null && command.progress.steps > 0
                ? ` ${Math.round((100 * command.progress.step) / command.progress.steps)} %`
                : ''}
            </Table.Td>
            <Table.Td visibleFrom="sm">{command.reasons[0] ?? ''}</Table.Td>
            <Table.Td visibleFrom="md">{command.strategy}</Table.Td>
            <Table.Td>
              <Button
                size="compact-xs"
                variant={command === shown.command ? 'filled' : 'default'}
                aria-pressed={command === shown.command}
                aria-label={`Look at run ${command.commandId}`}
                onClick={() => onShow(command.commandId)}
              >
                Look
              </Button>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
