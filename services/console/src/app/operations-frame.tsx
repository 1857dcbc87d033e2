import { Group, Title } from '@mantine/core';
import { Link, Outlet } from '@tanstack/react-router';

const PAGES = [
  ['/operations/services', 'Services'],
  ['/operations/letters', 'Dead letters'],
  ['/operations/audit', 'Audit log'],
] as const;

/** Around the pages that are about no model alone. */
export function OperationsFrame() {
  return (
    <>
      <Group justify="space-between" mb="sm" gap="xs">
        <Title order={1}>Operations</Title>
        <Group component="nav" aria-label="Pages of operations" gap="md">
          {PAGES.map(([to, name]) => (
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
