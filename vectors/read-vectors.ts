import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/**
 * Reads a file of reference vectors from VECTORS_DIR; what that folder does not have, and by
 * default all, from this one.
 */
export function readVectors<T>(file: string): T {
  const copy = resolve(import.meta.dirname, file);
  const given = resolve(process.env.VECTORS_DIR ?? '.', file);
  const useGiven = process.env.VECTORS_DIR !== undefined && existsSync(given);
  if (process.env.VECTORS_DIR !== undefined && !useGiven)
    console.log(`${given} is missing: testing against ${copy}`);
  return JSON.parse(readFileSync(useGiven ? given : copy, 'utf8'));
}
