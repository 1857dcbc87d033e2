import { join } from 'node:path';
import { DriftloopError } from '@driftloop/errors';
import { endParts } from './end-parts.ts';
import { ENV_NAMES } from './local-stack.ts';
import { PART_NAMES, type PartName } from './part-name.ts';
import type { Part } from './parts/part.ts';
import { isSameProcess } from './processes/identity.ts';
import { type LocalState, type PartState, runningPid, stateFile } from './state-file.ts';

/**
 * Ends what a crashed start left. Returns the parts that stay: those of a detached run, for a
 * detached start.
 *
 * @throws DriftloopError LOCAL_START_FAILED when the folder is in use
 */
export async function settleEarlierRun(
  folder: string,
  state: LocalState,
  kinds: readonly Part[],
  detached: boolean,
): Promise<Partial<Record<PartName, PartState>>> {
  const owned = state.owner !== undefined;
  if (state.owner !== undefined && isSameProcess(state.owner)) {
    throw new DriftloopError(
      'LOCAL_START_FAILED',
      `The data folder ${folder} is in use by process ${state.owner.pid}. End that process or choose another folder.`,
    );
  }
  const running = PART_NAMES.filter((name) => runningPid(folder, state, name) !== undefined);
  if (state.damaged && running.length > 0) {
    const found = running.map((name) => `${name} (pid ${state.parts[name]?.pid})`).join(', ');
    throw new DriftloopError(
      'LOCAL_START_FAILED',
      `${stateFile(folder)} is damaged, so whose ${found} ${running.length > 1 ? 'are' : 'is'} and on which ports is not known. Nothing was started: end what runs with \`npm run driftloop -- down --data ${folder}\`, then start again.`,
    );
  }
  if (!owned && !detached && running.length > 0) {
    const names = running.map((name) => ENV_NAMES[name]).join(', ');
    throw new DriftloopError(
      'LOCAL_START_FAILED',
      `${running.join(', ')} already run on the data folder ${folder}. Use them by setting ${names}, stop them (driftloop down), or choose another folder.`,
    );
  }
  const wanted = new Map(kinds.map((part) => [part.name, part]));
  const kept: Partial<Record<PartName, PartState>> = {};
  if (!owned && detached) {
    for (const name of running) {
      const part = wanted.get(name);
      const recorded = state.parts[name];
      if (recorded === undefined) continue;
      // A running part that this start does not want stays on record, or nothing would ever end it.
      if (part === undefined || (await answers(part, folder, recorded))) kept[name] = recorded;
    }
  }
  await endParts(
    folder,
    state,
    running.filter((name) => kept[name] === undefined),
  );
  return kept;
}

function answers(part: Part, folder: string, { ports, id = '' }: PartState): Promise<boolean> {
  return part.isReady({ folder: join(folder, part.name), ports, id, mark: '' });
}
