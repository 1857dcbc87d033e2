import { Group, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, Outlet, useParams } from '@tanstack/react-router';
import { StateBadge } from '../parts/state-badge.tsx';
import { overviewQuery } from '../queries/overview.ts';

const PAGES = [
  ['/models/$model/drift', 'Drift'],
  ['/models/$model/versions', 'Versions'],
  ['/models/$model/training', 'Training'],
  ['/models/$model/what-if', 'What if'],
  ['/models/$model/backtests', 'Backtests'],
  ['/models/$model/request', 'Request'],
] as const;

/** Around the pages of one model: its name, how it stands, and the way from one page to another. */
export function ModelFrame() {
  const { model } = useParams({ from: '/models/$model' });
  const { data } = useQuery(overviewQuery());
  const standing = data?.models.find((one) => one.model === model);
  return (
    <>
      <Group justify="space-between" mb="sm" gap="xs">
        <Group gap="sm">
          <Title order={1}>{model}</Title>
          {standing?.verdict ? <StateBadge state={standing.verdict.state} /> : null}
        </Group>
        <Group component="nav" aria-label={`Pages of ${model}`} gap="md" className="pages">
          {PAGES.map(([to, name]) => (
            <Link key={to} to={to} params={{ model }} className="tab">
              {name}
            </Link>
          ))}
        </Group>
      </Group>
      <Outlet />
    </>
  );
}
