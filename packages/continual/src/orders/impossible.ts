import type { Order } from './order.ts';

/** Milliseconds from 1970 that a date can be away. */
const MOST_MS = 8.64e15;

/**
 * What of an order no service writes and no database, broker or training takes: it must not be met
 * again at each start.
 *
 * @returns what is wrong; undefined when nothing is
 */
export function impossibleIn(order: Order): string | undefined {
  if (order.commandId === '') return 'it has no id';
  if (!isTime(order.eventTime)) return `it was decided at ${order.eventTime}`;
  if (order.kind !== 'retrain') return undefined;
  const { issuedAt, maxSeconds, maxSteps, selection, labelsThrough } = order;
  // Kafka takes a negative time for the start or the end of a topic.
  if (!isTime(issuedAt) || issuedAt < 0) return `it was issued at ${issuedAt}`;
  if (!(maxSeconds >= 0)) return `it may train for ${maxSeconds} s`;
  if (maxSteps < 1) return `it may train for ${maxSteps} steps`;
  const weight = selection.find((range) => !Number.isFinite(range.weight) || range.weight < 0)?.weight;
  if (weight !== undefined) return `a range has the weight ${weight}`;
  const place = labelsThrough.find(({ partition, offset }) => partition < 0 || offset < 0);
  return place && `it counts labels up to offset ${place.offset} of partition ${place.partition}`;
}

function isTime(ms: number): boolean {
  return Math.abs(ms) <= MOST_MS;
}
