import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SqlClient } from '../sql-client.ts';
import { clickhouseCode } from '../sql-errors.ts';

const TABLE_ALREADY_EXISTS = '57';
const UNKNOWN_TABLE = '60';
/** Claims of holders that died, put aside. */
const DEAD = 'migration_claim_of_';

/**
 * Runs work while holding the database's migration claim. Creating a table is the one thing in
 * ClickHouse that succeeds for exactly one of many, so the claim is a table; its comment names the
 * holder. Others wait. A claim whose holder died is taken over: the statements are idempotent, so
 * in the worst case they run twice.
 *
 * @param options.staleAfterSeconds a holder that has not finished by then has died; migrations take
 *   seconds
 */
export async function withClaim<T>(
  client: SqlClient,
  database: string,
  work: () => Promise<T>,
  { staleAfterSeconds = 60 } = {},
): Promise<T> {
  const holder = randomUUID();
  while (!(await take(client, database, holder, staleAfterSeconds))) await sleep(50);
  try {
    return await work();
  } finally {
    await client.command(`DROP TABLE IF EXISTS ${database}.migration_claim SYNC`);
    await forgetDead(client, database);
  }
}

async function take(
  client: SqlClient,
  database: string,
  holder: string,
  staleAfterSeconds: number,
): Promise<boolean> {
  try {
    await client.command(
      `CREATE TABLE ${database}.migration_claim (holder String) ENGINE = Memory COMMENT '${holder}'`,
    );
    return true;
  } catch (error) {
    if (clickhouseCode(error) !== TABLE_ALREADY_EXISTS) throw error;
  }
  const [claim] = await client.rows<{ comment: string; age: number }>(
    `SELECT comment, dateDiff('second', metadata_modification_time, now()) AS age
     FROM system.tables WHERE database = {database:String} AND name = 'migration_claim'`,
    { database },
  );
  if (claim === undefined) return false;
  if (claim.comment === holder) return true;
  if (claim.age > staleAfterSeconds) await putAside(client, database, claim.comment);
  return false;
}

/**
 * Takes the claim of a dead holder away, once: one that others have put aside already, and whose
 * place has another holder by now, is under the new name, so that nothing is moved there again.
 */
async function putAside(client: SqlClient, database: string, holder: string): Promise<void> {
  const name = createHash('sha256').update(holder).digest('hex').slice(0, 16);
  try {
    await client.command(`RENAME TABLE ${database}.migration_claim TO ${database}.${DEAD}${name}`);
  } catch (error) {
    if (![TABLE_ALREADY_EXISTS, UNKNOWN_TABLE].includes(clickhouseCode(error) ?? '')) throw error;
  }
}

async function forgetDead(client: SqlClient, database: string): Promise<void> {
  const dead = await client.rows<{ name: string }>(
    'SELECT name FROM system.tables WHERE database = {database:String} AND startsWith(name, {prefix:String})',
    { database, prefix: DEAD },
  );
  for (const { name } of dead) await client.command(`DROP TABLE IF EXISTS ${database}.${name} SYNC`);
}
