import { Alert, Anchor, Code, Loader, Text } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { GatewayProblem } from '../api/problem.ts';

/**
 * What a query gave. What is there stays there while it is asked for again, and when that fails; a
 * spinner is shown only over nothing.
 */
export function Told<T>({
  query,
  children,
}: {
  readonly query: UseQueryResult<T, Error>;
  readonly children: (data: T) => ReactNode;
}) {
  const { data, error } = query;
  return (
    <>
      {error === null ? null : <Failure error={error} />}
      {data === undefined ? error === null && <Loader aria-label="Loading" size="sm" /> : children(data)}
    </>
  );
}

/** What went wrong, and what to do. */
export function Failure({ error }: { readonly error: Error }) {
  const code = error instanceof GatewayProblem ? error.code : undefined;
  return (
    <Alert color="red" variant="outline" title={code ?? 'Something failed'} role="alert" mb="md">
      {error.message}
      {code === 'UNAUTHORIZED' ? (
        <>
          {' '}
          <Anchor href="/ui/login">Log in</Anchor>
        </>
      ) : null}
      {code === 'GATEWAY_AWAY' ? <Type command="npm run driftloop -- status" /> : null}
    </Alert>
  );
}

/** Nothing is there, and what makes something be there. */
export function Nothing({ children, command }: { readonly children: ReactNode; readonly command?: string }) {
  return (
    <div className="nothing">
      <Text c="dimmed">{children}</Text>
      {command === undefined ? null : <Type command={command} />}
    </div>
  );
}

/** A command that a person may type. */
function Type({ command }: { readonly command: string }) {
  return (
    <Code block mt="xs" tabIndex={0}>
      {command}
    </Code>
  );
}
