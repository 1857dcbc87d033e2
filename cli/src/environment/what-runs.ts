import { isSameProcess, statusLocal } from '@driftloop/local';
import { DEFAULT_DATA_DIR, readLocalState, runningServices } from './settings.ts';

/** Names of what runs on a data folder, with pids: parts, services, and the supervisor. */
async function whatRuns(dataDir: string): Promise<string[]> {
  const state = readLocalState(dataDir);
  const parts = (await statusLocal(dataDir)).filter(({ pid }) => pid !== undefined);
  const { supervisor } = state ?? {};
  return [
    ...[...parts, ...runningServices(state)].map(({ name, pid }) => `${name} (${pid})`),
    ...(supervisor !== undefined && isSameProcess(supervisor) ? [`supervisor (${supervisor.pid})`] : []),
  ];
}

/** What runs on a data folder and how it is ended, in a sentence. */
export async function tellWhatRuns(dataDir: string): Promise<string> {
  const running = await whatRuns(dataDir);
  if (running.length === 0) return 'Nothing of it runs.';
  const data = dataDir === DEFAULT_DATA_DIR ? '' : ` --data ${dataDir}`;
  return `Still running: ${running.join(', ')}. \`npm run driftloop -- down${data}\` ends them.`;
}
