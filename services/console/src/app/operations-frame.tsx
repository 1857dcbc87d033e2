import { Group, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, Outlet } from '@tanstack/react-router';
import { mayChange, meQuery } from '../queries/session.ts';

const PAGES = [
  ['/operations/services', 'Services'],
  ['/operations/letters', 'Dead letters'],
  ['/operations/notifications', 'Notifications'],
  ['/operations/audit', 'Audit log'],
] as const;

/** Around the pages that are about no model alone. */
export function OperationsFrame() {
  const { data: me } = useQuery(meQuery());
  // The audit log is for who may change something.
  const pages = PAGES.filter(([to]) => to !== '/operations/audit' || mayChange(me));
  return (
    <>
      <Group justify="space-between" mb="sm" gap="xs">
        <Title order={1}>Operations</Title>
        <Group component="nav" aria-label="Pages of operations" gap="md" className="pages">
          {pages.map(([to, name]) => (
            <Link key={to} to={to} className="tab">
              {name}
            </Link>
          ))}
        </Group>
      </Group>
      <Outlet />
    </>
  );
}
