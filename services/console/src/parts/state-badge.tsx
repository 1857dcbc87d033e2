/** How a state is to be taken: its colour only repeats what its word says. */
const TONES: Readonly<Record<string, 'good' | 'bad' | 'wary' | 'trial'>> = {
  stable: 'good',
  live: 'good',
  done: 'good',
  answered: 'good',
  sent: 'good',
  ready: 'good',
  reads: 'good',
  published: 'good',
  finished: 'good',
  training: 'wary',
  queued: 'wary',
  'going on': 'wary',
  behind: 'wary',
  'not heard of': 'wary',
  'not ready': 'bad',
  'does not answer': 'bad',
  warning: 'wary',
  recovering: 'wary',
  waiting: 'wary',
  pending: 'wary',
  shadow: 'trial',
  canary: 'trial',
  resending: 'wary',
  drift: 'bad',
  rejected: 'bad',
  open: 'bad',
  refused: 'bad',
  failed: 'bad',
  gaveUp: 'bad',
};

/** A state by its name. */
export function StateBadge({ state }: { readonly state: string }) {
  return (
    <span className="state" data-tone={TONES[state]}>
      {state}
    </span>
  );
}
