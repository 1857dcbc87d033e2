import { readFileSync } from 'node:fs';
import { DriftloopError, hideSecret } from '@driftloop/errors';

/** What a property says of where its value comes from. */
interface Source {
  readonly file?: boolean;
  readonly secret?: boolean;
}

/**
 * A setting's text, from its variable or, where it may, from the file that `<NAME>_FILE` names;
 * undefined where neither is set. Secrets are hidden in this process's messages and logs.
 *
 * @throws DriftloopError CONFIG_INVALID where both are set, or the file cannot be read or is empty
 */
export function readSetting(
  name: string,
  { file, secret }: Source,
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const path = file ? environment[`${name}_FILE`]?.trim() : undefined;
  const direct = environment[name]?.trim();
  if (direct && path) throw invalid(`${name} and ${name}_FILE are both set: unset one`);
  const text = path ? readSecretFile(`${name}_FILE`, path) : direct;
  if (!text) return undefined;
  if (secret) hideSecret(text);
  return text;
}

/**
 * A file's text without white space around it.
 *
 * @param name of the variable that names the file
 * @throws DriftloopError CONFIG_INVALID where it cannot be read or is empty
 */
export function readSecretFile(name: string, path: string): string {
  let text: string;
  try {
    text = readFileSync(path, 'utf8').trim();
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? error.code : error;
    throw invalid(
      `${name} is '${path}', which cannot be read (${reason}): give the path of a file that this user may read`,
    );
  }
  if (text === '') throw invalid(`${name} is '${path}', which is empty: write the secret into it`);
  return text;
}

function invalid(problem: string): DriftloopError {
  return new DriftloopError('CONFIG_INVALID', `Settings are not valid: ${problem}`);
}
