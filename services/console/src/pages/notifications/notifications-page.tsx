import { Alert, Title } from '@mantine/core';
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Nothing, Told } from '../../parts/told.tsx';
import { messagesQuery, rulesQuery } from '../../queries/notifications.ts';
import { mayAdminister, meQuery } from '../../queries/session.ts';
import { MessagesTable } from './messages-table.tsx';
import { RuleForm } from './rule-form.tsx';
import { RulesTable } from './rules-table.tsx';

/** Who is told of what, and what came of it. */
export function NotificationsPage() {
  const { data: me } = useQuery(meQuery());
  const queries = useQueryClient();
  const [outcome, setOutcome] = useState<string>();
  const rules = useQuery(rulesQuery());
  const messages = useInfiniteQuery(messagesQuery());
  const may = mayAdminister(me);
  const onDone = (told: string) => {
    setOutcome(told);
    void queries.invalidateQueries({ queryKey: ['notifications'] });
  };
  return (
    <>
      {outcome === undefined ? null : (
        <Alert color="teal" variant="outline" role="status" mb="sm">
          {outcome}
        </Alert>
      )}
      <Title order={2} size="h3" mb="xs">
        Rules
      </Title>
      <Told query={rules}>
        {(all) =>
          all.length === 0 ? (
            <Nothing command="npm run driftloop -- notify add --help">
              There are no rules: nobody is told of anything.
            </Nothing>
          ) : (
            <RulesTable rules={all} may={may} onDone={onDone} />
          )
        }
      </Told>
      {may ? <RuleForm onDone={onDone} /> : null}
      <Title order={2} size="h3" mt="lg" mb="xs">
        Messages
      </Title>
      <Told query={messages}>
        {({ pages }) => {
          const all = pages.flatMap((page) => page.messages);
          if (all.length === 0) return <Nothing>Nothing has been told.</Nothing>;
          return (
            <MessagesTable
              messages={all}
              more={
                messages.hasNextPage
                  ? { isLoading: messages.isFetchingNextPage, load: () => void messages.fetchNextPage() }
                  : undefined
              }
            />
          );
        }}
      </Told>
    </>
  );
}
