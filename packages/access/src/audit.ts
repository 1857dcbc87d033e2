import { randomUUID } from 'node:crypto';
import type { TypedProducer } from '@driftloop/bus';
import type { AuditEntry } from '@driftloop/schemas';

/** What is written down; what is left out is empty, and done. */
export type Audited = Pick<AuditEntry, 'at' | 'actor' | 'via' | 'action'> & Partial<AuditEntry>;

/** Longest texts of an entry, characters: what a caller sends must not fill the log. */
const MOST_TEXT = 1_000;
const MOST_JSON = 20_000;

/** An entry of the audit log. Pure but for its id. */
export function auditEntry(given: Audited): AuditEntry {
  const { target = '', reason = '', model = '', before = null, after = null } = given;
  return {
    auditId: randomUUID(),
    tokenId: '',
    role: '',
    version: null,
    outcome: 'done',
    status: 0,
    code: '',
    remoteAddress: '',
    ...given,
    actor: cut(given.actor, MOST_TEXT),
    target: cut(target, MOST_TEXT),
    model: cut(model, MOST_TEXT),
    reason: cut(reason, MOST_TEXT),
    before: whole(before),
    after: whole(after),
  };
}

/** Writes entries. Resolves once Kafka has them. */
export async function writeAudit(
  producer: Pick<TypedProducer, 'send'>,
  entries: readonly AuditEntry[],
): Promise<void> {
  await producer.send(
    'access.audit',
    entries.map((value) => ({ key: value.auditId, value })),
  );
}

/** A value as `before` and `after` have it. */
export function jsonText(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value);
}

/** Halves of surrogate pairs are no text, and a cut must make none. */
function cut(text: string, most: number): string {
  return (text.length > most ? `${text.slice(0, most)}…` : text).toWellFormed();
}

/** Half a JSON text is none: one that is too long is left out, and said so. */
function whole(json: string | null): string | null {
  if (json === null || json.length <= MOST_JSON) return json;
  return JSON.stringify({ leftOut: `${json.length} characters` });
}
