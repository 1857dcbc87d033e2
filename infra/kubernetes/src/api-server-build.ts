import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DriftloopError } from '@driftloop/errors';

const KUBERNETES = '1.36.3';

/**
 * Builds kube-apiserver from its published Go modules, once: 105 MB, about ten minutes on two
 * cores, at the least priority.
 *
 * `k8s.io/kubernetes` names the modules of its staging folder as v0.0.0; they are replaced by their
 * published twins. Without a version in the binary kubectl and Helm cannot read it.
 *
 * @param cacheDir folder that is kept between runs
 * @returns path of the program
 * @throws DriftloopError LOCAL_TOOL_MISSING without Go, LOCAL_START_FAILED where it cannot be built
 */
export function buildApiServer(cacheDir: string): string {
  const program = join(cacheDir, `kube-apiserver-${KUBERNETES}`);
  if (existsSync(program)) return program;
  const work = join(cacheDir, `.kube-apiserver-${process.pid}`);
  mkdirSync(work, { recursive: true });
  const go = (...args: string[]) => {
    const { status, error, stdout, stderr } = spawnSync('nice', ['-n', '19', 'go', ...args], {
      cwd: work,
      encoding: 'utf8',
      maxBuffer: 2 ** 26,
      env: { ...process.env, GOFLAGS: '-buildvcs=false' },
    });
    if (error)
      throw new DriftloopError('LOCAL_TOOL_MISSING', 'kube-apiserver needs Go on the path.', {
        cause: error,
      });
    if (status !== 0)
      throw new DriftloopError(
        'LOCAL_START_FAILED',
        `go ${args.join(' ')} ended with ${status}: ${stderr.slice(-2_000)}`,
      );
    return stdout;
  };
  try {
    go('version');
    console.log(`Building kube-apiserver ${KUBERNETES}, once (about ten minutes on two cores) …`);
    go('mod', 'init', 'kubernetes-api');
    writeFileSync(
      join(work, 'tools.go'),
      'package tools\n\nimport _ "k8s.io/kubernetes/cmd/kube-apiserver"\n',
    );
    go('mod', 'download', `k8s.io/kubernetes@v${KUBERNETES}`);
    go('mod', 'edit', `-require=k8s.io/kubernetes@v${KUBERNETES}`);
    const mod = join(
      go('env', 'GOMODCACHE').trim(),
      'cache/download/k8s.io/kubernetes/@v',
      `v${KUBERNETES}.mod`,
    );
    const staged = new Set(
      [...readFileSync(mod, 'utf8').matchAll(/(k8s\.io\/[a-z0-9-]+) v0\.0\.0(?=\s)/g)].map(
        ([, name]) => name,
      ),
    );
    for (const name of staged)
      go('mod', 'edit', `-replace=${name}=${name}@v${KUBERNETES.replace(/^1/, '0')}`);
    go('mod', 'tidy');
    const [major, minor] = KUBERNETES.split('.');
    const at = 'k8s.io/component-base/version';
    const versions = `-X ${at}.gitVersion=v${KUBERNETES} -X ${at}.gitMajor=${major} -X ${at}.gitMinor=${minor}`;
    go(
      'build',
      '-ldflags',
      `-s -w ${versions}`,
      '-o',
      'kube-apiserver',
      'k8s.io/kubernetes/cmd/kube-apiserver',
    );
    renameSync(join(work, 'kube-apiserver'), program);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return program;
}
