import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { gateway, told } from '../api/client.ts';
import type { paths } from '../api/generated/gateway.ts';
import { liveInterval } from './live.ts';

/** A dead letter in a list, and one with its record. */
export type Letter =
  paths['/dead-letters/']['get']['responses'][200]['content']['application/json']['letters'][number];
export type ShownLetter =
  paths['/dead-letters/{topic}/{partition}/{offset}']['get']['responses'][200]['content']['application/json'];

/** Where the record of a dead letter was. */
export interface Place {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** Which dead letters. */
export interface LetterFilter {
  readonly state?: Letter['state'];
  readonly model?: string;
  readonly code?: string;
}

/** So many are listed; filters find the others. */
export const MOST_LETTERS = 200;

export const lettersQuery = (filter: LetterFilter) =>
  queryOptions({
    queryKey: ['letters', filter],
    queryFn: async () =>
      (await told(gateway.GET('/dead-letters/', { params: { query: { ...filter, limit: MOST_LETTERS } } })))
        .letters,
    placeholderData: keepPreviousData,
    refetchInterval: liveInterval,
  });

export const letterQuery = (place: Place) =>
  queryOptions({
    queryKey: ['letter', place],
    queryFn: () =>
      told(gateway.GET('/dead-letters/{topic}/{partition}/{offset}', { params: { path: { ...place } } })),
  });

/**
 * Puts its record back on its topic.
 *
 * @param record what is to be changed of it; the id stays
 * @throws GatewayProblem where it is refused
 */
export async function resendLetter(
  place: Place,
  reason: string,
  record?: Record<string, unknown>,
): Promise<string> {
  await told(
    gateway.POST('/dead-letters/{topic}/{partition}/{offset}/resend', {
      params: { path: { ...place } },
      body: { reason, ...(record === undefined ? {} : { record }) },
    }),
  );
  return 'It is sent again. What becomes of it is seen where its record belongs.';
}

/** Says that nothing is to become of it. @throws GatewayProblem where it is refused */
export async function discardLetter(place: Place, reason: string): Promise<string> {
  await told(
    gateway.POST('/dead-letters/{topic}/{partition}/{offset}/discard', {
      params: { path: { ...place } },
      body: { reason },
    }),
  );
  return 'It is discarded.';
}
