import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DriftloopError, hideSecret } from '@driftloop/errors';
import { readSecretFile } from '@driftloop/service';

/** Secrets by the names that rules give them. */
export interface Secrets {
  /**
   * Reads it anew, so that one that is changed needs no restart.
   *
   * @throws DriftloopError CONFIG_INVALID saying where it is looked for
   */
  read(name: string): string;
}

/** @param folder with a file for each; empty for none */
export function createSecrets(
  folder: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Secrets {
  return {
    read(name) {
      const variable = `NOTIFIER_SECRET_${name.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`;
      const path = join(folder, name);
      const file = environment[`${variable}_FILE`]?.trim();
      const secret =
        folder !== '' && existsSync(path)
          ? readSecretFile('NOTIFIER_SECRETS_DIR', path)
          : file
            ? readSecretFile(`${variable}_FILE`, file)
            : environment[variable]?.trim();
      if (!secret)
        throw new DriftloopError(
          'CONFIG_INVALID',
          `The notifier has no secret '${name}': write it into the file ${folder === '' ? '<NOTIFIER_SECRETS_DIR>/' : `${folder}/`}${name}, or set ${variable} or ${variable}_FILE.`,
        );
      hideSecret(secret);
      return secret;
    },
  };
}
