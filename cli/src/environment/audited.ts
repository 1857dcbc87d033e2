import { userInfo } from 'node:os';
import { auditEntry, jsonText, writeAudit } from '@driftloop/access';
import type { Connections } from '@driftloop/connections';
import { DriftloopError } from '@driftloop/errors';

/** What a command is about to change. */
export interface Change {
  /** As it is typed: `driftloop rollback`. */
  readonly action: string;
  readonly model?: string;
  readonly reason?: string;
}

/** What is known of a change once it is done. */
export interface ChangeNote {
  version?: number;
  model?: string;
  before?: unknown;
  after?: unknown;
}

type Parts = Pick<Connections, 'producer' | 'registry'>;

/** Changes something, and writes down who did, or wanted to, and what came of it. */
export async function audited<T>(
  { producer, registry }: Parts,
  change: Change,
  work: (note: ChangeNote) => Promise<T>,
): Promise<T> {
  const { model } = change;
  const note: ChangeNote = {};
  const standing = () => {
    const state = model === undefined ? undefined : registry.model(model)?.state;
    return state && { live: state.live, canary: state.canary, shadow: state.shadow };
  };
  const before = standing();
  const write = (outcome: 'done' | 'failed', code = '') =>
    writeAudit(producer, [
      auditEntry({
        at: Date.now(),
        actor: userInfo().username,
        via: 'cli',
        outcome,
        code,
        ...change,
        ...(note.model === undefined ? {} : { model: note.model }),
        ...(note.version === undefined ? {} : { version: note.version }),
        before: jsonText(note.before ?? before),
        after: outcome === 'done' ? jsonText(note.after ?? standing()) : null,
      }),
    ]);
  let result: T;
  try {
    result = await work(note);
  } catch (error) {
    const code = error instanceof DriftloopError ? error.code : 'INTERNAL';
    // What went wrong is told, not that it could not be written down.
    await write('failed', code).catch(() => undefined);
    throw error;
  }
  await write('done').catch((cause: unknown) => {
    if (!(cause instanceof DriftloopError)) throw cause;
    throw new DriftloopError(
      cause.code,
      `It was done, but the audit log could not be written: ${cause.message}`,
      { cause },
    );
  });
  return result;
}
