import { Button, Group } from '@mantine/core';
import { useState } from 'react';
import type { Span } from '../queries/history.ts';
import { TimeField } from './time-field.tsx';
import { fieldTime, spanOfFields } from './time-text.ts';

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
        onSpan(spanOfFields(from, to));
      }}
    >
      <Group gap="xs" align="end" mb="sm">
        <TimeField label="From" value={from} onChange={setFrom} />
        <TimeField label="Until" value={to} onChange={setTo} />
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
