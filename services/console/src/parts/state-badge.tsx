import { Badge } from '@mantine/core';

const COLOURS: Readonly<Record<string, string>> = {
  stable: 'teal',
  warning: 'yellow',
  drift: 'red',
  recovering: 'blue',
  live: 'teal',
  shadow: 'grape',
  canary: 'blue',
  rejected: 'red',
  open: 'red',
  ready: 'teal',
  stopped: 'red',
  'given up': 'red',
  running: 'yellow',
};

/** A state by its name; its colour only repeats what the word says. */
export function StateBadge({ state }: { readonly state: string }) {
  return (
    <Badge variant="outline" color={COLOURS[state] ?? 'gray'} className="state">
      {state}
    </Badge>
  );
}
