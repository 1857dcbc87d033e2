import type { RequestStatus } from '../../queries/requests.ts';

type Answer = NonNullable<RequestStatus['answer']>;
type Label = NonNullable<RequestStatus['label']>;

/** What was answered: a class by its name, numbers by theirs, probabilities beside them. Pure. */
export function answerText({ predicted, className, outputs, named }: Answer): string {
  if (named !== undefined) return namedText(named);
  const what = className ?? short(predicted);
  const isAlone = outputs.length === 1 && outputs[0] === predicted;
  return isAlone ? what : `${what} (outputs ${outputs.map(short).join(', ')})`;
}

/** What the label says. Pure. */
export function labelText({ label, className, named }: Label): string {
  return named === undefined ? (className ?? short(label)) : namedText(named);
}

function namedText(named: Readonly<Record<string, number>>): string {
  return Object.entries(named)
    .map(([name, value]) => `${name} ${short(value)}`)
    .join(', ');
}

function short(value: number): string {
  return String(Number(value.toPrecision(6)));
}
