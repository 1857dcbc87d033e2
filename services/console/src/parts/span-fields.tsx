import { Button, Group, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Span } from '../queries/history.ts';
import { fieldTime, timeOfField } from './time-text.ts';

/** Asks for a span of event time by its ends, in the reader's zone; an empty end is open. */
export function SpanFields({ span, onSpan }: { readonly span: Span; readonly onSpan: (span: Span) => void }) {
  return <Fields key={`${span.from}/${span.to}`} span={span} onSpan={onSpan} />;
}

function Fields({ span, onSpan }: { readonly span: Span; readonly onSpan: (span: Span) => void }) {
  const [from, setFrom] = useState(fieldTime(span.from));
  const [to, setTo] = useState(fieldTime(span.to));
  return (
    <form
      aria-label="Event time"
      onSubmit={(event) => {
        event.preventDefault();
        const [begin, end] = [timeOfField(from), timeOfField(to)];
        onSpan({
          ...(begin === undefined ? {} : { from: begin }),
          ...(end === undefined ? {} : { to: end }),
        });
      }}
    >
      <Group gap="xs" align="end" mb="sm">
        <TextInput
          type="datetime-local"
          label="From"
          size="sm"
          value={from}
          onChange={(event) => setFrom(event.currentTarget.value)}
        />
        <TextInput
          type="datetime-local"
          label="Until"
          size="sm"
          value={to}
          onChange={(event) => setTo(event.currentTarget.value)}
        />
        <Button type="submit" variant="default">
          This time
        </Button>
        <Button variant="default" onClick={() => onSpan({})}>
          All
        </Button>
      </Group>
    </form>
  );
}
