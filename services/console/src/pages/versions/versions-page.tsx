import { Alert, Title } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { Nothing, Told } from '../../parts/told.tsx';
import { historyQuery } from '../../queries/history.ts';
import { modelQuery } from '../../queries/models.ts';
import { Decisions } from './decisions.tsx';
import { Lineage } from './lineage.tsx';
import { livesOf } from './lives.ts';
import { SideBySide } from './side-by-side.tsx';
import { VersionsTable } from './versions-table.tsx';

/** The versions of a model: where they come from, what they were worth, and what is done with them. */
export function VersionsPage() {
  const { model } = useParams({ from: '/models/$model/versions' });
  const search = useSearch({ from: '/models/$model/versions' });
  const navigate = useNavigate();
  const queries = useQueryClient();
  const query = useQuery(modelQuery(model));
  const { data: steps } = useQuery(historyQuery(model));
  const [outcome, setOutcome] = useState<string>();
  return (
    <Told query={query}>
      {(found) =>
        found.versions.length === 0 ? (
          <Nothing
            command={`npm run driftloop -- register --spec spec.json --factory mlp --train rows.csv --label target`}
          >
            {model} has no version yet. This trains and registers one:
          </Nothing>
        ) : (
          <>
            <Decisions
              model={found}
              onDone={(text) => {
                setOutcome(text);
                void queries.invalidateQueries();
              }}
            />
            {outcome === undefined ? null : (
              <Alert
                color="teal"
                variant="outline"
                role="status"
                my="sm"
                withCloseButton
                closeButtonLabel="Close"
                onClose={() => setOutcome(undefined)}
              >
                {outcome}
              </Alert>
            )}
            <Title order={2} mt="lg" mb="xs">
              Lineage
            </Title>
            <Lineage versions={found.versions} />
            <SideBySide
              model={found}
              search={search}
              onSearch={(next) =>
                void navigate({
                  to: '/models/$model/versions',
                  params: { model },
                  search: next,
                  replace: true,
                  resetScroll: false,
                })
              }
            />
            <Title order={2} mt="xl" mb="xs">
              Every version
            </Title>
            <VersionsTable model={model} lives={livesOf(found, steps ?? [])} />
          </>
        )
      }
    </Told>
  );
}
