import { existsSync, readdirSync, rmSync } from 'node:fs';
import { DriftloopError } from '@driftloop/errors';
import { isSameProcess, statusLocal } from '@driftloop/local';
import { readLocalState } from './settings.ts';

/**
 * What the local parts, the services and the commands write into a data folder; a temporary file
 * has more behind the name.
 */
const OURS = [
  'state.json',
  'services.json',
  'lock',
  'logs',
  'kafka',
  'registry',
  'clickhouse',
  'artifacts',
  'produce',
  'secure',
];

/**
 * Removes a data folder with all that it holds.
 *
 * @throws DriftloopError REQUEST_INVALID when something runs on it, which would lose its files and
 *   the record of its processes, or when it holds what driftloop did not write
 */
export async function emptyDataFolder(dataDir: string): Promise<void> {
  if (!existsSync(dataDir)) return;
  const strange = readdirSync(dataDir).filter((entry) => !OURS.some((name) => entry.startsWith(name)));
  if (strange.length > 0) {
    throw new DriftloopError(
      'REQUEST_INVALID',
      `${dataDir} is not emptied: it holds what driftloop did not write (${strange.slice(0, 3).join(', ')}${strange.length > 3 ? ', …' : ''}). Name another folder.`,
    );
  }
  const { services = [], supervisor } = readLocalState(dataDir) ?? {};
  const isUp = [...services, ...(supervisor ? [supervisor] : [])].some(isSameProcess);
  if (isUp || (await statusLocal(dataDir)).some(({ pid }) => pid !== undefined)) {
    throw new DriftloopError(
      'REQUEST_INVALID',
      `${dataDir} is not emptied: driftloop is up on it. End it with \`npm run driftloop -- down --data ${dataDir}\`, or name another folder.`,
    );
  }
  rmSync(dataDir, { recursive: true });
}
