import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { testStack } from '@driftloop/local';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** All services by `driftloop up`, as a person runs them, on topics and tables of their own. */
export interface LiveCli {
  /** A folder of its own, which the commands have as --data. */
  readonly folder: string;
  /** Runs a command; one that fails throws what it said. */
  driftloop(...args: string[]): Promise<{ stdout: string; stderr: string }>;
  /** Asks ClickHouse; `driftloop.` is the database of these services. */
  ask<Row>(sql: string): Promise<Row[]>;
  /** Ends the services, and removes what they have left. */
  close(): Promise<void>;
}

/** @param name of the folder */
export async function startLiveCli(name: string): Promise<LiveCli> {
  const stack = await testStack();
  const folder = mkdtempSync(join(tmpdir(), `${name}-`));
  const database = `driftloop_${stack.topicPrefix.replaceAll(/\W/g, '')}`;
  const driftloop = (...args: string[]): Promise<{ stdout: string; stderr: string }> => {
    const given = args[0] === 'spec' ? args : [...args, '--data', folder];
    const env = { ...process.env, ...stack.env };
    return new Promise((resolve, reject) => {
      execFile(process.execPath, [MAIN, ...given], { env }, (error, stdout, stderr) =>
        error
          ? reject(new Error(`driftloop ${args.join(' ')}: ${stdout}${stderr}`))
          : resolve({ stdout, stderr }),
      );
    });
  };
  const post = async (sql: string): Promise<string> => {
    const response = await fetch(stack.env.CLICKHOUSE_URL, { method: 'POST', body: sql });
    const text = await response.text();
    assert.ok(response.ok, text);
    return text;
  };
  await driftloop('up', '--prefix', stack.topicPrefix, '--port', '0');
  return {
    folder,
    driftloop,
    async ask(sql) {
      const text = await post(`${sql.replaceAll('driftloop.', `${database}.`)} FORMAT JSONEachRow`);
      return text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line));
    },
    async close() {
      await driftloop('down');
      // ClickHouse would go on to read its topics for as long as the parts run.
      await post(`DROP DATABASE IF EXISTS ${database} SYNC`);
      rmSync(folder, { recursive: true });
      await stack.release();
    },
  };
}

/** What a look gives at last; looks again while it gives nothing. */
export async function eventually<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await sleep(200);
  }
}
