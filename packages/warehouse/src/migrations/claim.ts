import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SqlClient } from '../sql-client.ts';
import { clickhouseCode } from '../sql-errors.ts';

const TABLE_ALREADY_EXISTS = '57';
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
  if (claim.age > staleAfterSeconds)
    await client.command(`DROP TABLE IF EXISTS ${database}.migration_claim SYNC`);
  return false;
}
