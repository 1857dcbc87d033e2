import { AppShell, Container, Group } from '@mantine/core';
import { Link, Outlet } from '@tanstack/react-router';
import { Person } from './person.tsx';
import { SchemeSwitch } from './scheme-switch.tsx';

/** Height of the header, px: on a phone the pages have a row of their own. */
const HEADER = { base: 84, xs: 52 } as const;

/** What is around every page. */
export function Shell() {
  return (
    <AppShell header={{ height: HEADER }} padding="md">
      <a href="#content" className="skip">
        Skip to the content
      </a>
      <AppShell.Header>
        <Group h="100%" px="md" wrap="nowrap" gap="md" className="header">
          <Link to="/" className="brand" aria-label="driftloop" activeOptions={{ exact: true }}>
            <img src="/ui/icon.svg" alt="" width="24" height="24" />
            <span>driftloop</span>
          </Link>
          <Group component="nav" aria-label="Main" gap="md" wrap="nowrap" className="main-nav">
            <Link to="/" className="tab" activeOptions={{ exact: true }}>
              Overview
            </Link>
            <Link to="/studies" className="tab">
              Studies
            </Link>
            <Link to="/learning" className="tab">
              Learning
            </Link>
            <Link to="/operations" className="tab">
              Operations
            </Link>
          </Group>
          <Group gap="xs" wrap="nowrap">
            <Person />
            <SchemeSwitch />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Main id="content" tabIndex={-1}>
        <Container size="xl" px={0}>
          <Outlet />
        </Container>
      </AppShell.Main>
    </AppShell>
  );
}
