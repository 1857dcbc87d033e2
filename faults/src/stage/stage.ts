import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LocalStack, type PartName, startLocal } from '@driftloop/local';

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
  close(): Promise<void>;
}

const PARTS: readonly PartName[] = ['kafka', 'registry', 'clickhouse'];

/**
 * Starts a Kafka, a registry and a ClickHouse engine of its own, whatever the environment names:
 * what is done to them here is done to nobody else's.
 *
 * @param dataDirs folders of parts that are not to lie with the others
 */
export async function openStage(dataDirs: Partial<Record<PartName, string>> = {}): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'driftloop-faults-'));
  const stacks = new Map<PartName, LocalStack>();
  const start = async (part: PartName) => {
    await stacks.get(part)?.stop();
    const dataDir = dataDirs[part] ?? join(folder, 'parts', part);
    await mkdir(dataDir, { recursive: true });
    const others = Object.fromEntries(PARTS.map((name) => [name, name === part]));
    stacks.set(part, await withoutAddresses(() => startLocal({ dataDir, ...others })));
  };
  const signal = (part: PartName, name: NodeJS.Signals) => process.kill(pidOf(stacks, part), name);
  const close = async () => {
    for (const part of ['clickhouse', 'registry', 'kafka'] as const) await stacks.get(part)?.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  try {
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
      signal(part, 'SIGKILL');
      // Whatever has ended by itself is stopped in no time.
      await stacks.get(part)?.stop();
    },
    start,
    freeze: (part) => void signal(part, 'SIGSTOP'),
    thaw: (part) => void signal(part, 'SIGCONT'),
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
