import { Button, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { GatewayProblem } from '../api/problem.ts';
import { logOut, meQuery } from '../queries/session.ts';

/** Who looks, and the way in or out. */
export function Person() {
  const queries = useQueryClient();
  const { data: me, error } = useQuery(meQuery());
  if (error instanceof GatewayProblem && error.status === 401)
    return (
      <Link to="/login" className="tab">
        Log in
      </Link>
    );
  if (me === undefined) return null;
  return (
    <>
      <Text size="sm" c="dimmed" visibleFrom="sm" title={`Role: ${me.role}`}>
        {me.name} ({me.role})
      </Text>
      {me.via === 'session' ? (
        <Button
          variant="subtle"
          size="compact-sm"
          onClick={() => void logOut().then(() => queries.resetQueries())}
        >
          Log out
        </Button>
      ) : null}
    </>
  );
}
