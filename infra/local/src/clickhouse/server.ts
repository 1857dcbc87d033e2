import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { readAccess } from './access.ts';
import { openEngine } from './engine.ts';
import { createHttpServer } from './http-server.ts';
import { createQueryQueue } from './query-queue.ts';

/** Queries that run at once and that may wait; the engine itself runs each on several threads. */
const LIMITS = { running: 8, waiting: 512 };

/** How long a stop waits for running queries. */
const FINISH_MS = 5_000;

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    config: { type: 'string' },
    port: { type: 'string' },
    name: { type: 'string', default: 'driftloop' },
    // Recognises the process; not read here.
    part: { type: 'string' },
    certificate: { type: 'string' },
    key: { type: 'string' },
    ca: { type: 'string' },
    user: { type: 'string' },
    'password-file': { type: 'string' },
  },
});
const { data, config, port, name } = values;
if (data === undefined || config === undefined || port === undefined) {
  throw new TypeError(
    'usage: server.ts --data <folder> --config <file> --port <port> [--name <display name>] [--certificate <file> --key <file> --ca <file> --user <name> --password-file <file>]',
  );
}

const engine = await openEngine(data, config);
const timezone = await engine.withConnection(
  { database: 'default', settings: new Map(), params: new Map(), readOnly: true },
  async (connection) => (await connection.query('SELECT timezone()', 'TabSeparated')).text().trim(),
);
const queue = createQueryQueue(LIMITS);
const server = createHttpServer(engine, queue, name, timezone, readAccess(values));

async function stop(): Promise<void> {
  server.close();
  server.closeIdleConnections();
  await Promise.race([queue.idle(), delay(FINISH_MS)]);
  server.closeAllConnections();
  await engine.close();
  process.exit(0);
}
process.once('SIGTERM', stop);
process.once('SIGINT', stop);

server.listen({ host: '127.0.0.1', port: Number(port) }, () => {
  console.log(
    `ClickHouse engine listens on http${values.certificate === undefined ? '' : 's'}://127.0.0.1:${port}, data in ${data}`,
  );
});
