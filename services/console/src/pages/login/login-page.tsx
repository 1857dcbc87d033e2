import { Anchor, Button, PasswordInput, Text, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { Failure } from '../../parts/told.tsx';
import { logIn, waysInQuery } from '../../queries/session.ts';

/** The way in: by the one-time link that `up` prints, or by an API token. */
export function LoginPage() {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { data: ways } = useQuery(waysInQuery());
  const [token, setToken] = useState('');
  const entering = useMutation({
    mutationFn: logIn,
    onSuccess: async () => {
      await queries.resetQueries();
      await navigate({ to: '/' });
    },
  });
  const tried = useRef(false);
  const enter = entering.mutate;
  useEffect(() => {
    const code = new URLSearchParams(window.location.hash.slice(1)).get('code');
    // A code is good once; React's strict mode would send it twice.
    if (code === null || tried.current) return;
    tried.current = true;
    // It stays out of the browser's history.
    window.history.replaceState(null, '', window.location.pathname);
    enter({ code });
  }, [enter]);
  return (
    <>
      <Title order={1} mb="sm">
        Log in
      </Title>
      {entering.error === null ? null : <Failure error={entering.error} />}
      {ways?.oidc ? (
        <Text mb="md">
          <Anchor href="/sessions/oidc">Log in with your identity provider</Anchor>
        </Text>
      ) : null}
      <Text mb="md" maw="40rem">
        <code>npm run driftloop -- up</code> prints a link that logs a browser in once. Or paste an API token:
      </Text>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          enter({ token: token.trim() });
        }}
      >
        <PasswordInput
          label="API token"
          autoComplete="off"
          maw="32rem"
          mb="sm"
          value={token}
          onChange={(event) => setToken(event.currentTarget.value)}
        />
        <Button type="submit" loading={entering.isPending} disabled={token.trim() === ''}>
          Log in
        </Button>
      </form>
    </>
  );
}
