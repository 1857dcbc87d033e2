import { infiniteQueryOptions } from '@tanstack/react-query';
import { gateway, told } from '../api/client.ts';
import type { paths } from '../api/generated/gateway.ts';

type Audit = paths['/audit']['get'];
/** Something that somebody changed, or wanted to. */
export type AuditEntry = Audit['responses'][200]['content']['application/json']['entries'][number];

/** Which entries. */
export interface AuditFilter {
  readonly model?: string;
  readonly outcome?: AuditEntry['outcome'];
}

const PER_PAGE = 50;

export const auditQuery = (filter: AuditFilter) =>
  infiniteQueryOptions({
    queryKey: ['audit', filter],
    queryFn: ({ pageParam: cursor }) =>
      told(
        gateway.GET('/audit', {
          params: { query: { ...filter, limit: PER_PAGE, ...(cursor === null ? {} : { cursor }) } },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
