import type { Status } from './status.ts';

/** A service by what it reads. */
export interface Reader {
  readonly name: string;
  readonly topic: string;
  /** Records that it has not handled; null where it has never said. */
  readonly lag: number | null;
  readonly state: 'reads' | 'behind' | 'not heard of';
}

/** Behind by so many records is worth a look. */
const LONG_LAG = 5_000;

/** Services as Kafka knows them, those that are worth a look first. Pure. */
export function readersOf({ reading }: Status): Reader[] {
  const order = ['behind', 'not heard of', 'reads'];
  return reading
    .map(({ group, topic, lag }): Reader => ({ name: nameOf(group), topic, lag, state: stateOf(lag) }))
    .sort((one, other) => order.indexOf(one.state) - order.indexOf(other.state));
}

function stateOf(lag: number | null): Reader['state'] {
  if (lag === null) return 'not heard of';
  return lag >= LONG_LAG ? 'behind' : 'reads';
}

/** A group is named by its service and, after a point, by a part of it. */
function nameOf(group: string): string {
  const [service = group, part] = group.split('.');
  return part === undefined || part === 'map' ? service : `${service} (${part})`;
}
