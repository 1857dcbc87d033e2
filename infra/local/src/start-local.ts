import { fileURLToPath } from 'node:url';
import { openDataFolder, withDataFolder } from './data-folder.ts';
import { externalPart } from './external-part.ts';
import { startParts } from './local-run.ts';
import { type LocalOptions, type LocalStack, localEnv } from './local-stack.ts';
import { PART_NAMES } from './part-name.ts';
import { clickhousePart } from './parts/clickhouse.ts';
import { kafkaPart } from './parts/kafka.ts';
import type { Part } from './parts/part.ts';
import { registryPart } from './parts/registry.ts';
import { makeSecureFolder, readSecureFolder } from './secure/secure-folder.ts';

const DEFAULT_CACHE = fileURLToPath(new URL('../../../.driftloop/cache', import.meta.url));

/**
 * Starts Kafka, the schema registry and ClickHouse's engine on 127.0.0.1, all at once, and resolves
 * when all are ready. A part that the environment names (`KAFKA_BROKERS`, `SCHEMA_REGISTRY_URL`,
 * `CLICKHOUSE_URL`) is not started but checked to be reachable. What an earlier start of the same
 * folder left running is ended first (or kept, when detached).
 *
 * @throws DriftloopError LOCAL_TOOL_MISSING; LOCAL_START_FAILED, with nothing left running that
 *   this call started; KAFKA_UNAVAILABLE, REGISTRY_UNAVAILABLE or WAREHOUSE_UNAVAILABLE for a named
 *   part.
 */
export async function startLocal(options: LocalOptions): Promise<LocalStack> {
  const folder = await openDataFolder(options.dataDir);
  const cache = options.cacheDir ?? DEFAULT_CACHE;
  const secure = options.secure
    ? await makeSecureFolder(folder, options.secure === true ? {} : options.secure)
    : readSecureFolder(folder);
  const kinds: readonly Part[] = [
    kafkaPart(cache, process.env, secure),
    registryPart(cache, secure),
    clickhousePart(secure),
  ];
  const wanted = kinds.filter(({ name }) => options[name] !== false);
  const external = await Promise.all(wanted.map(({ name }) => externalPart(name, process.env)));
  const local = wanted.filter((_, index) => external[index] === undefined);
  const found = external.filter((part) => part !== undefined);
  const run = await withDataFolder(folder, () => startParts(folder, local, options));
  const parts = PART_NAMES.flatMap((name) => [...found, ...run.parts].filter((part) => part.name === name));
  return { env: localEnv(parts), parts, stop: run.stop };
}
