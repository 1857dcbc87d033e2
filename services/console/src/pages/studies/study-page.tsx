import { Group, Progress, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { createLazyRoute, Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { count } from '../../parts/number-text.ts';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Nothing, Told } from '../../parts/told.tsx';
import { type Study, studyQuery } from '../../queries/studies.ts';
import { axisOf, namesOf, wantedText } from './axes.ts';
import { ParallelCoordinates } from './parallel-coordinates.tsx';
import { ProposalView } from './proposal-view.tsx';
import { RunsTable } from './runs-table.tsx';
import { Scatter } from './scatter.tsx';

/** Loaded when somebody looks at it: it draws. */
export const studyRoute = createLazyRoute('/studies/$study')({ component: StudyPage });

/** One study: how far it is, what it came to, and what it proposes. */
function StudyPage() {
  const { study: named } = studyRoute.useParams();
  const { of } = studyRoute.useSearch();
  const navigate = studyRoute.useNavigate();
  const query = useQuery(studyQuery(named));
  return (
    <>
      <Text size="sm">
        <Link to="/studies" className="link">
          All studies
        </Link>
      </Text>
      <Told query={query}>
        {(study) => {
          const proposed = of ?? study.best ?? undefined;
          return (
            <>
              <Head study={study} />
              <Charts study={study} />
              {study.model === null || proposed === undefined ? null : (
                <ProposalView study={study.id} of={proposed} />
              )}
              <Title order={2} mt="xl" mb="xs">
                Runs
              </Title>
              <RunsTable
                study={study}
                of={proposed}
                onPropose={(run) => void navigate({ search: { of: run }, resetScroll: false })}
              />
            </>
          );
        }}
      </Told>
    </>
  );
}

function Head({ study: { id, model, design, state, counts, objectives } }: { readonly study: Study }) {
  const all = counts.waiting + counts.claimed + counts.done + counts.failed;
  return (
    <>
      <Group gap="sm" my="xs">
        <Title order={1} className="breaks">
          {id}
        </Title>
        <StateBadge state={state} />
      </Group>
      <Text size="sm" c="dimmed">
        {model === null ? 'Of steps' : `Backtests of ${model}`}, {design}
        {objectives.length === 0 ? '' : `; wanted: ${wantedText(objectives)}`}
      </Text>
      <Text size="sm" mt={4}>
        {count(counts.done)} of {count(all)} jobs are done, {count(counts.claimed)} under way,{' '}
        {count(counts.waiting)} wait, {count(counts.failed)} have failed.
      </Text>
      <Progress
        value={all === 0 ? 0 : (100 * (counts.done + counts.failed)) / all}
        aria-label="Jobs that are over"
        my="xs"
      />
      {state === 'going on' && counts.claimed === 0 && counts.waiting > 0 ? (
        <Nothing command={`npm run driftloop -- study go-on ${id}`}>
          Nobody is at it now. This goes on where it was, and so do study-worker services:
        </Nothing>
      ) : null}
    </>
  );
}

function Charts({ study }: { readonly study: Study }) {
  const done = useMemo(() => study.rows.filter(({ status }) => status === 'done'), [study]);
  const { parameters, numbers } = useMemo(() => namesOf(study), [study]);
  const axes = useMemo(
    () => [...parameters, ...numbers].map((name) => axisOf(name, done)),
    [parameters, numbers, done],
  );
  if (done.length === 0) return <Nothing>No run is done yet. What is done is drawn here.</Nothing>;
  const [first, ...others] = axes.slice(parameters.length);
  return (
    <>
      <Group align="start" gap="md">
        {first === undefined
          ? null
          : others.map((axis) => <Scatter key={axis.name} x={first} y={axis} runs={done} />)}
      </Group>
      <ParallelCoordinates axes={axes} runs={done} />
    </>
  );
}
