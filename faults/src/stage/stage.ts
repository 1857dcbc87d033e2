import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LocalStack, type PartName, startLocal } from '@driftloop/local';
import { mountSmallDisk, type SmallDisk } from '../disks/small-disk.ts';

/** Real parts that may be killed, stopped and started again, each by itself. */
export interface Stage {
  /** Where scenarios put their files. */
  readonly folder: string;
  /** Addresses for services, in their variables. */
  readonly environment: Readonly<Record<'KAFKA_BROKERS' | 'SCHEMA_REGISTRY_URL' | 'CLICKHOUSE_URL', string>>;
  /** Kills a part as a crash would; resolves when it is gone. */
  kill(part: PartName): Promise<void>;
  /** Starts one that has ended, on its ports and its data. */
  start(part: PartName): Promise<void>;
  /** Has it stand still: its sockets stay open and nothing answers. */
  freeze(part: PartName): void;
  thaw(part: PartName): void;
  /** The disk that a part has for itself; undefined where none could be mounted. */
  diskOf(part: PartName): SmallDisk | undefined;
  close(): Promise<void>;
}

const PARTS: readonly PartName[] = ['kafka', 'registry', 'clickhouse'];

/** Parts that write much, and the sizes of their disks. */
const DISKS_MB: readonly (readonly [PartName, number])[] = [
  ['kafka', 1_024],
  ['clickhouse', 1_024],
];

/**
 * Starts a Kafka, a registry and a ClickHouse engine of its own, whatever the environment names:
 * what is done to them here is done to nobody else's.
 *
 * @param options.hasDisks whether parts that write much get disks of their own, where they can be
 *   mounted
 */
export async function openStage({ hasDisks }: { readonly hasDisks: boolean }): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'driftloop-faults-'));
  const stacks = new Map<PartName, LocalStack>();
  const disks = new Map<PartName, SmallDisk>();
  const folderOf = (part: PartName) => join(folder, 'parts', part);
  const start = async (part: PartName) => {
    await stacks.get(part)?.stop();
    const dataDir = folderOf(part);
    await mkdir(dataDir, { recursive: true });
    const others = Object.fromEntries(PARTS.map((name) => [name, name === part]));
    stacks.set(part, await withoutAddresses(() => startLocal({ dataDir, ...others })));
  };
  const signal = (part: PartName, name: NodeJS.Signals) => process.kill(pidOf(stacks, part), name);
  const close = async () => {
    for (const part of ['clickhouse', 'registry', 'kafka'] as const) await stacks.get(part)?.stop();
    for (const disk of disks.values()) await disk.unmount();
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  try {
    for (const [part, sizeMb] of hasDisks ? DISKS_MB : []) {
      const disk = await mountSmallDisk(folderOf(part), { sizeMb });
      if (disk) disks.set(part, disk);
    }
    // Not side by side: each start looks at the environment.
    for (const part of PARTS) await start(part);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    folder,
    environment: {
      KAFKA_BROKERS: stacks.get('kafka')?.env.KAFKA_BROKERS ?? '',
      SCHEMA_REGISTRY_URL: stacks.get('registry')?.env.SCHEMA_REGISTRY_URL ?? '',
      CLICKHOUSE_URL: stacks.get('clickhouse')?.env.CLICKHOUSE_URL ?? '',
    },
    async kill(part) {
      try {
        signal(part, 'SIGKILL');
      } catch (error) {
        // It has ended by itself.
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
      }
      // Whatever has ended by itself is stopped in no time.
      await stacks.get(part)?.stop();
    },
    start,
    freeze: (part) => void signal(part, 'SIGSTOP'),
    thaw: (part) => void signal(part, 'SIGCONT'),
    diskOf: (part) => disks.get(part),
    close,
  };
}

function pidOf(stacks: ReadonlyMap<PartName, LocalStack>, part: PartName): number {
  const pid = stacks.get(part)?.parts.find(({ name }) => name === part)?.pid;
  if (pid === undefined) throw new Error(`${part} does not run here`);
  return pid;
}

/** A part that the environment names would be taken instead of one of our own. */
async function withoutAddresses<T>(work: () => Promise<T>): Promise<T> {
  const names = ['KAFKA_BROKERS', 'SCHEMA_REGISTRY_URL', 'CLICKHOUSE_URL'] as const;
  const before = names.map((name) => [name, process.env[name]] as const);
  for (const name of names) delete process.env[name];
  try {
    return await work();
  } finally {
    for (const [name, value] of before) if (value !== undefined) process.env[name] = value;
  }
}
