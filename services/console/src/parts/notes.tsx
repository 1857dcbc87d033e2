import { Button, Group, Text, Textarea } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type Note, type NoteSubject, notesAbout, notesQuery, writeNote } from '../queries/notes.ts';
import { mayChange, meQuery } from '../queries/session.ts';
import { Moment } from './time.tsx';
import { Failure } from './told.tsx';

/** What persons wrote down about something of a model, where it is shown, and a field for more. */
export function Notes({
  model,
  about,
  subject,
  name,
}: { readonly model: string; readonly name: string } & NoteSubject) {
  const { data: all } = useQuery(notesQuery(model));
  const notes = notesAbout(all ?? [], { about, subject });
  return (
    <details className="notes">
      <summary>
        <Text span size="sm">
          {notes.length === 0 ? `Write a note about ${name}` : `${countText(notes.length)} about ${name}`}
        </Text>
      </summary>
      {notes.length === 0 ? null : (
        <ul>
          {notes.map((note) => (
            <Written key={note.noteId} note={note} />
          ))}
        </ul>
      )}
      <NoteForm model={model} about={about} subject={subject} name={name} />
    </details>
  );
}

function countText(notes: number): string {
  return notes === 1 ? '1 note' : `${notes} notes`;
}

function Written({ note: { author, at, text } }: { readonly note: Note }) {
  return (
    <li>
      <Text size="sm" className="note-text">
        {text}
      </Text>
      <Text size="xs" c="dimmed">
        {author}, <Moment at={at} />
      </Text>
    </li>
  );
}

function NoteForm({
  model,
  about,
  subject,
  name,
}: { readonly model: string; readonly name: string } & NoteSubject) {
  const queries = useQueryClient();
  const { data: me } = useQuery(meQuery());
  const [text, setText] = useState('');
  const writing = useMutation({
    mutationFn: () => writeNote(model, { about, subject }, text.trim()),
    onSuccess() {
      setText('');
      return queries.invalidateQueries({ queryKey: ['notes', model] });
    },
  });
  if (!mayChange(me, model))
    return me === undefined ? null : (
      <Text size="sm" c="dimmed">
        Operators write notes; your role is {me.role}.
      </Text>
    );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        writing.mutate();
      }}
    >
      <Textarea
        label={`Note about ${name}`}
        description="Stays as it is: notes are added and never changed."
        maxLength={4_000}
        autosize
        minRows={2}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        my="xs"
      />
      {writing.error === null ? null : <Failure error={writing.error} />}
      <Group>
        <Button type="submit" size="compact-sm" loading={writing.isPending} disabled={text.trim() === ''}>
          Add the note
        </Button>
      </Group>
    </form>
  );
}
