import type { PartName } from './part-name.ts';
import { endProcess } from './processes/end-process.ts';
import { type LocalState, type PartState, runningPid, writeState } from './state-file.ts';

/**
 * Ends recorded parts that still run and records that they do not. ClickHouse goes before Kafka:
 * its Kafka tables leave their groups in good order while there is a broker, and the next start
 * need not wait for their sessions to expire.
 */
export async function endParts(folder: string, state: LocalState, names: readonly PartName[]): Promise<void> {
  const end = async (name: PartName): Promise<void> => {
    const pid = names.includes(name) ? runningPid(folder, state, name) : undefined;
    if (pid !== undefined) await endProcess(pid);
  };
  await Promise.all([end('clickhouse'), end('registry')]);
  await end('kafka');
  const parts: Partial<Record<PartName, PartState>> = { ...state.parts };
  for (const name of names) {
    const part = parts[name];
    if (part !== undefined) parts[name] = { ports: part.ports };
  }
  await writeState(folder, { parts });
}
