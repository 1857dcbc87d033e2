import { Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { StudiesTable } from '../../parts/studies-table.tsx';
import { Nothing, Told } from '../../parts/told.tsx';
import { studiesQuery } from '../../queries/studies.ts';

/** Every study and how far it is. */
export function StudiesPage() {
  const query = useQuery(studiesQuery());
  return (
    <>
      <Title order={1} mb="sm">
        Studies
      </Title>
      <Told query={query}>
        {(studies) =>
          studies.length === 0 ? (
            <Nothing command="npm run driftloop -- study run examples/studies/thresholds.yaml">
              No study has been run yet. A study runs backtests by the hundred with other settings, and
              proposes the best. This runs one of the example:
            </Nothing>
          ) : (
            <StudiesTable studies={studies} />
          )
        }
      </Told>
    </>
  );
}
