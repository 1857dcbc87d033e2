import { type Connections, openConnections } from '@driftloop/connections';
import { createLogger } from '@driftloop/service';
import { connectionConfig } from './settings.ts';

/** Opens the connections of a command, runs it, and closes them whatever happens. */
export async function withConnections<T>(
  dataDir: string,
  work: (connections: Connections) => Promise<T>,
): Promise<T> {
  const logger = createLogger({ name: 'driftloop', level: process.env.LOG_LEVEL ?? 'silent' });
  const connections = await openConnections(connectionConfig(dataDir), 'driftloop-cli', logger, {
    needs: ['warehouse'],
    reconnect: false,
  });
  try {
    return await work(connections);
  } finally {
    await connections.close();
  }
}
