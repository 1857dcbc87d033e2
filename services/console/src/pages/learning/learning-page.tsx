import { Text, Title } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createLazyRoute } from '@tanstack/react-router';
import { StudiesTable } from '../../parts/studies-table.tsx';
import { Nothing, Told } from '../../parts/told.tsx';
import { overviewQuery } from '../../queries/overview.ts';
import { benchmarkQuery, strategiesQuery, type Zoo } from '../../queries/strategies.ts';
import { studiesQuery } from '../../queries/studies.ts';
import { Benchmark } from './benchmark.tsx';
import { BoutForm } from './bout-form.tsx';
import { ZooTable } from './zoo.tsx';

/** Loaded when somebody looks at it: it draws. */
export const learningRoute = createLazyRoute('/learning')({ component: LearningPage });

/** How models learn without forgetting: on one's own stream, as it was measured, and by which means. */
function LearningPage() {
  const { scenario, drawn, model } = learningRoute.useSearch();
  const navigate = learningRoute.useNavigate();
  const zoo = useQuery(strategiesQuery());
  const benchmark = useQuery(benchmarkQuery());
  return (
    <>
      <Title order={1} mb={4}>
        Continual learning
      </Title>
      <Text size="sm" c="dimmed" mb="md">
        A strategy says how a model learns from new rows without forgetting old ones; a model's spec names it
        in <code>retrain.strategy</code>.
      </Text>
      <Title order={2} mb="xs">
        On your own stream
      </Title>
      <Told query={zoo}>
        {(found) => (
          <Bouts
            zoo={found}
            model={model}
            onModel={(next) =>
              void navigate({ search: (before) => ({ ...before, model: next }), resetScroll: false })
            }
          />
        )}
      </Told>
      <Title order={2} mt="lg" mb="xs">
        As measured
      </Title>
      <Told query={benchmark}>
        {(scenarios) => (
          <Benchmark
            scenarios={scenarios}
            chosen={scenario}
            drawn={drawn}
            onChoose={(search) =>
              void navigate({
                search: { ...search, ...(model === undefined ? {} : { model }) },
                resetScroll: false,
              })
            }
          />
        )}
      </Told>
      <Title order={2} mt="lg" mb="xs">
        The strategies
      </Title>
      <Told query={zoo}>{({ strategies }) => <ZooTable strategies={strategies} />}</Told>
    </>
  );
}

/** Bouts that were begun, and beginning another. */
function Bouts({
  zoo: { strategies, bout },
  model,
  onModel,
}: {
  readonly zoo: Zoo;
  readonly model: string | undefined;
  readonly onModel: (model: string) => void;
}) {
  const navigate = learningRoute.useNavigate();
  const queries = useQueryClient();
  const overview = useQuery(overviewQuery());
  const studies = useQuery(studiesQuery());
  return (
    <Told query={overview}>
      {({ models }) => {
        const names = models.map((one) => one.model);
        const [first] = names;
        if (first === undefined)
          return (
            <Nothing command="npm run driftloop -- register --spec spec.json --factory mlp --train rows.csv --label target">
              A bout holds strategies against each other on what a model has seen, and no model is registered
              yet. This registers one:
            </Nothing>
          );
        return (
          <>
            <Text size="sm" mb="xs">
              A bout plays a slice of a model's history again, once with each strategy: drift, retrains, gate
              and all, and changes nothing. Where nothing was retrained in the slice, all of them come to the
              same.
            </Text>
            <BoutForm
              models={names}
              model={model !== undefined && names.includes(model) ? model : first}
              strategies={strategies}
              onModel={onModel}
              onBegun={(study) => {
                void queries.invalidateQueries({ queryKey: ['studies'] });
                void navigate({ to: '/studies/$study', params: { study } });
              }}
            />
            <Told query={studies}>
              {(all) => {
                const bouts = all.filter(({ name }) => name === bout);
                return bouts.length === 0 ? null : <StudiesTable studies={bouts} />;
              }}
            </Told>
          </>
        );
      }}
    </Told>
  );
}
