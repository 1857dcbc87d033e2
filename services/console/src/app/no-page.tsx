import { Anchor, Title } from '@mantine/core';
import type { ErrorComponentProps } from '@tanstack/react-router';
import { Failure, Nothing } from '../parts/told.tsx';

/** Where an address leads nowhere. */
export function MissingPage() {
  return (
    <>
      <Title order={1}>No such page</Title>
      <Nothing>
        This address has no page. Everything begins at the <Anchor href="/ui/">overview</Anchor>.
      </Nothing>
    </>
  );
}

/** Where a page failed. */
export function CrashPage({ error }: ErrorComponentProps) {
  return (
    <>
      <Title order={1}>This page failed</Title>
      <Failure error={error instanceof Error ? error : new Error(String(error))} />
      <Nothing>
        Load it again; where that does not help, begin at the <Anchor href="/ui/">overview</Anchor> and report
        the text above.
      </Nothing>
    </>
  );
}
