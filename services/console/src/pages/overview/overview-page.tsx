import { Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Told } from '../../parts/told.tsx';
import { overviewQuery } from '../../queries/overview.ts';
import { statusQuery } from '../../queries/status.ts';
import { ModelsTable } from './models-table.tsx';
import { needsNow } from './needs.ts';
import { NeedsList } from './needs-list.tsx';

/** What needs a person now, and how every model stands. */
export function OverviewPage() {
  const query = useQuery(overviewQuery());
  const { data: status } = useQuery(statusQuery());
  return (
    <>
      <Title order={1} mb="sm">
        What needs you now
      </Title>
      <Told query={query}>
        {(overview) => (
          <>
            <NeedsList needs={needsNow(overview, status)} />
            <Title order={2} mt="xl" mb="sm">
              Models
            </Title>
            <ModelsTable models={overview.models} at={overview.at} />
          </>
        )}
      </Told>
    </>
  );
}
