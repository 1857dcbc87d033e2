import { type ChdbResult, drainPending, type RawInsertFormat, Session } from 'chdb';

/** ClickHouse's default for max_query_size. */
const MAX_QUERY_BYTES = 262_144;

/**
 * Where the embedded engine's defaults are those of an interactive shell: `foo` would mean
 * `SELECT foo`.
 */
const SERVER_DEFAULTS = ['--implicit_select=0', '--allow_introspection_functions=0'];

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

/**
 * Where rows go. Names are plain: letters, digits, underscores, and a dot between database and
 * table.
 */
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
 * Opens a data folder. One process may have it open at a time; background work (merges, views,
 * Kafka tables) goes on until `close`.
 *
 * @param config file with the engine's server configuration
 */
export async function openEngine(data: string, config: string): Promise<Engine> {
  const base = new Session(data, { connectionArgs: [`--config-file=${config}`] });
  await base.queryAsync('SELECT 1');
  return {
    // Every query gets a connection of its own (0.4 ms), so that nothing leaks from one to the
    // next: not the database (USE is the connection's), no settings, no parameters. chdb's own
    // parameter binding is one at a time for the whole process.
    async withConnection(surroundings, action) {
      const session = new Session(data, { connectionArgs: SERVER_DEFAULTS });
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
  // The values stay in the escaped form in which they came: the engine unescapes parameters itself.
  await assign(
    session,
    [...params].map(([name, value]) => [`param_${name}`, value]),
  );
  await assign(session, [...settings]);
  // Last, as it forbids more settings. A query may ask to be stricter than its method.
  if (readOnly && !settings.has('readonly')) await assign(session, [['readonly', '2']]);
}

async function assign(session: Session, values: readonly (readonly [string, string])[]): Promise<void> {
  if (values.length === 0) return;
  const sql = `SET ${values.map(([name, value]) => `${name} = ${quote(value)}`).join(', ')}`;
  // ClickHouse limits the text of a query, but not that of its parameters.
  const long = sql.length > MAX_QUERY_BYTES / 4;
  if (long) await session.queryAsync(`SET max_query_size = ${sql.length * 4 + MAX_QUERY_BYTES}`);
  await session.queryAsync(sql);
  if (long && !values.some(([name]) => name === 'max_query_size'))
    await session.queryAsync('SET max_query_size = DEFAULT');
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
      await assign(session, [[name, value]]);
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
