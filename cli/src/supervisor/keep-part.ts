import { DriftloopError } from '@driftloop/errors';
import type { LocalPart } from '@driftloop/local';
import { partEnd } from './parts.ts';
import { type End, mayRecover } from './restart-policy.ts';
import type { Watched } from './watched.ts';

/** Has a part of the infrastructure run. @param restart starts it again after it has ended */
export function keepPart(
  part: LocalPart,
  watched: Watched,
  restart: (part: LocalPart) => Promise<LocalPart>,
): void {
  let running: LocalPart | undefined = part;
  watched.keep(part.name, part.log ?? '', async (onReady) => {
    try {
      running ??= await restart(part);
    } catch (error) {
      return failedStart(error);
    }
    onReady();
    const end = await partEnd(running);
    running = undefined;
    return end;
  });
}

function failedStart(error: unknown): End {
  if (!(error instanceof DriftloopError)) throw error;
  const reason = `${error.code}: ${error.message}`;
  return { at: Date.now(), reason, readyForMs: 0, mayRecover: mayRecover(null, reason) };
}
