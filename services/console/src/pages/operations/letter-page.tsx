import { Alert, Button, Code, Group, JsonInput, Text, Title } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { type Deed, ReasonDialog } from '../../parts/reason-dialog.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Moment } from '../../parts/time.tsx';
import { Told } from '../../parts/told.tsx';
import { discardLetter, letterQuery, resendLetter, type ShownLetter } from '../../queries/letters.ts';
import { mayChange, meQuery } from '../../queries/session.ts';
import { changesOf } from './changes.ts';

/** One dead letter: its record, what was wrong, and what to do. */
export function LetterPage() {
  const { topic, partition, offset } = useParams({ from: '/operations/letters/$topic/$partition/$offset' });
  const query = useQuery(letterQuery({ topic, partition: Number(partition), offset: Number(offset) }));
  return (
    <>
      <Link to="/operations/letters" search={{ state: 'open' }} className="link">
        All open dead letters
      </Link>
      <Told query={query}>{(letter) => <Shown letter={letter} />}</Told>
    </>
  );
}

function Shown({ letter }: { readonly letter: ShownLetter }) {
  const { data: me } = useQuery(meQuery());
  const queries = useQueryClient();
  const [deed, setDeed] = useState<Deed>();
  const [outcome, setOutcome] = useState<string>();
  const original = JSON.stringify(letter.record, undefined, 2);
  const [text, setText] = useState(original);
  const { topic, partition, offset } = letter;
  const place = { topic, partition, offset };
  const isOpen = letter.state === 'open' || letter.state === 'resending';
  const mend = changesOf(letter.record, text);
  const may = mayChange(me, letter.model === '' ? undefined : letter.model);
  return (
    <>
      <Group gap="sm" mt="sm">
        <Title order={2} className="breaks">
          {letter.id}
        </Title>
        <StateBadge state={letter.state} />
      </Group>
      <Text mt="xs">
        <b>{letter.code}</b>: {letter.reason}
      </Text>
      <Text mt="xs">{letter.whatToDo}</Text>
      <Text size="sm" c="dimmed" mt="xs">
        {letter.service} gave it up at <Moment at={letter.at} />
        {letter.decidedAt === null ? null : (
          <>
            ; {letter.decidedBy} decided at <Moment at={letter.decidedAt} />: {letter.decidedBecause}
          </>
        )}
      </Text>
      {outcome === undefined ? null : (
        <Alert color="teal" variant="outline" role="status" my="sm">
          {outcome}
        </Alert>
      )}
      <Title order={3} mt="md" mb="xs">
        Its record
      </Title>
      {letter.record === null ? (
        <Text>
          {letter.unreadable === null
            ? 'It was too large to be kept.'
            : `It cannot be read: ${letter.unreadable.reason}`}
        </Text>
      ) : isOpen && may ? (
        <JsonInput
          label="As it came; change here what is to be mended"
          autosize
          minRows={4}
          maxRows={24}
          value={text}
          onChange={setText}
          error={mend.problem}
        />
      ) : (
        <Code block tabIndex={0}>
          {original}
        </Code>
      )}
      {isOpen ? (
        <Group mt="md" gap="sm">
          <Button
            disabled={!may || letter.record === null || mend.problem !== undefined}
            onClick={() =>
              setDeed({
                title: mend.changes === undefined ? 'Send it again' : 'Send it again, mended',
                effect: `The record is put back on ${topic}, once in effect.`,
                act: (reason) => resendLetter(place, reason, mend.changes),
              })
            }
          >
            {mend.changes === undefined ? 'Send it again' : 'Send it again, mended'}
          </Button>
          <Button
            color="red"
            variant="outline"
            disabled={!may}
            onClick={() =>
              setDeed({
                title: 'Discard it',
                effect: 'Nothing is to become of it. It stays in the history.',
                isHarsh: true,
                act: (reason) => discardLetter(place, reason),
              })
            }
          >
            Discard it
          </Button>
        </Group>
      ) : null}
      <ReasonDialog
        deed={deed}
        onClose={() => setDeed(undefined)}
        onDone={(told) => {
          setOutcome(told);
          void queries.invalidateQueries();
        }}
      />
    </>
  );
}
