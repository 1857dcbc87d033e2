import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { gateway, told } from '../api/client.ts';
import type { paths } from '../api/generated/gateway.ts';

type Rules = paths['/notifications/rules'];
/** Who is told of what. */
export type NotificationRule = Rules['get']['responses'][200]['content']['application/json']['rules'][number];
/** What is asked for by who makes a rule. */
export type NewRule = Rules['post']['requestBody']['content']['application/json'];
/** A message, and what came of its delivery. */
export type NotificationMessage =
  paths['/notifications/']['get']['responses'][200]['content']['application/json']['messages'][number];

const PER_PAGE = 50;

export const rulesQuery = () =>
  queryOptions({
    queryKey: ['notifications', 'rules'],
    queryFn: async () => (await told(gateway.GET('/notifications/rules'))).rules,
  });

export const messagesQuery = () =>
  infiniteQueryOptions({
    queryKey: ['notifications', 'messages'],
    queryFn: ({ pageParam: cursor }) =>
      told(
        gateway.GET('/notifications/', {
          params: { query: { limit: PER_PAGE, ...(cursor === null ? {} : { cursor }) } },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
    refetchInterval: 5_000,
  });

/** Makes a rule, or replaces one of its name. @throws GatewayProblem where it is refused */
export async function addRule(rule: NewRule): Promise<string> {
  const { name } = await told(gateway.POST('/notifications/rules', { body: rule }));
  return `The rule “${name}” holds. Send a test to see whether it arrives.`;
}

/** Removes a rule. @throws GatewayProblem where it is refused */
export async function removeRule(name: string): Promise<string> {
  await told(gateway.DELETE('/notifications/rules/{rule}', { params: { path: { rule: name } } }));
  return `The rule “${name}” is removed.`;
}

/** Has a message sent by a rule. @throws GatewayProblem where it is refused */
export async function testRule(name: string): Promise<string> {
  await told(gateway.POST('/notifications/rules/{rule}/test', { params: { path: { rule: name } } }));
  return `A test of “${name}” is on its way: what becomes of it stands among the messages below.`;
}
