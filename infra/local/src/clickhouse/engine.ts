import { type ChdbResult, drainPending, type RawInsertFormat, Session } from 'chdb';

/** What a query finds in place: its database, settings and parameters. */
export interface Surroundings {
  readonly database: string;
  readonly settings: ReadonlyMap<string, string>;
  readonly params: ReadonlyMap<string, string>;
  readonly readOnly: boolean;
}

/** A connection that belongs to one query. */
export interface Connection {
  query(sql: string, format: string): Promise<ChdbResult>;
  /** The result in pieces, each complete rows of `format`. */
  stream(sql: string, format: string): AsyncIterable<Uint8Array>;
  insert(into: InsertTarget, rows: Buffer): Promise<{ rows: number; bytes: number }>;
  /** Changes a setting for what follows on this connection. */
  set(name: string, value: string): Promise<void>;
}

/** Where rows go. Names are plain: letters, digits, underscores, and a dot between database and table. */
export interface InsertTarget {
  readonly table: string;
  readonly columns?: readonly string[];
  readonly format: RawInsertFormat;
}

/** The engine over one data folder. */
export interface Engine {
  withConnection<T>(surroundings: Surroundings, action: (connection: Connection) => Promise<T>): Promise<T>;
  /** Waits for what still runs and closes the data folder. */
  close(): Promise<void>;
}

/**
 * Opens a data folder. One process may have it open at a time; background work (merges, views, Kafka tables) goes on until
 * `close`.
 *
 * @param config file with the engine's server configuration
 */
export async function openEngine(data: string, config: string): Promise<Engine> {
  const base = new Session(data, { connectionArgs: [`--config-file=${config}`] });
  await base.queryAsync('SELECT 1');
  return {
    // Every query gets a connection of its own (0.4 ms), so that nothing leaks from one to the next: not the database (USE is
    // the connection's), no settings, no parameters. chdb's own parameter binding is one at a time for the whole process.
    async withConnection(surroundings, action) {
      const session = new Session(data);
      try {
        await prepare(session, surroundings);
        return await action(connection(session));
      } finally {
        session.close();
      }
    },
    async close() {
      await drainPending();
      base.close();
      await drainPending();
    },
  };
}

async function prepare(
  session: Session,
  { database, settings, params, readOnly }: Surroundings,
): Promise<void> {
  if (database !== 'default') await session.queryAsync(`USE ${quoteName(database)}`);
  const assignments = [
    ...[...settings].map(([name, value]) => `${name} = ${quote(value)}`),
    // The value stays in the escaped form in which it came: the engine unescapes parameters itself.
    ...[...params].map(([name, value]) => `param_${name} = ${quote(value)}`),
    // Last, as it forbids to change settings when it is 1. A query may be stricter than the method.
    ...(readOnly && !settings.has('readonly') ? ['readonly = 2'] : []),
  ];
  if (assignments.length > 0) await session.queryAsync(`SET ${assignments.join(', ')}`);
}

function connection(session: Session): Connection {
  return {
    query: (sql, format) => session.queryAsync(sql, { format }),
    async *stream(sql, format) {
      for await (const chunk of session.queryStream(sql, { format })) yield chunk.raw();
    },
    async insert({ table, columns, format }, values) {
      const done = await session.insert({
        table,
        values,
        format,
        ...(columns === undefined ? {} : { columns }),
      });
      return { rows: done.rowsWritten, bytes: done.bytesWritten };
    },
    async set(name, value) {
      await session.queryAsync(`SET ${name} = ${quote(value)}`);
    },
  };
}

/** A string literal of ClickHouse's SQL. */
export function quote(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

function quoteName(name: string): string {
  return `\`${name.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``;
}
