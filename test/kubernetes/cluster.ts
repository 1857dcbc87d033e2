import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildApiServer, kubernetesTools, startKubernetes } from '@driftloop/kubernetes';

export const CHART = fileURLToPath(new URL('../../infra/helm/driftloop', import.meta.url));
export const MATRIX = join(CHART, 'ci');
const CACHE = fileURLToPath(new URL('../../.driftloop/cache', import.meta.url));

/** What a command said. */
export interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A Kubernetes API of this machine, asked as a person asks it. */
export interface TestCluster {
  readonly folder: string;
  kubeconfigOf(serviceAccount: string): string;
  kubectl(...args: string[]): Promise<Said>;
  helm(...args: string[]): Promise<Said>;
  /** A namespace in which Pod Security refuses, and warns of, what is not `restricted`. */
  restrictedNamespace(name: string): Promise<void>;
  stop(): Promise<void>;
}

/** @param serviceAccounts those that get a token */
export async function startTestCluster(serviceAccounts: readonly string[] = []): Promise<TestCluster> {
  mkdirSync(CACHE, { recursive: true });
  const apiServer = buildApiServer(CACHE);
  const { helm, kubectl } = kubernetesTools(CACHE);
  const folder = mkdtempSync(join(tmpdir(), 'driftloop-kubernetes-'));
  const running = await startKubernetes({ apiServer, folder, serviceAccounts });
  const env = { ...process.env, KUBECONFIG: running.kubeconfig, HOME: folder };
  const run = (program: string, args: readonly string[]): Promise<Said> =>
    new Promise((resolve) => {
      execFile(program, args, { env, maxBuffer: 2 ** 26 }, (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code ?? 1), stdout, stderr }),
      );
    });
  const cluster: TestCluster = {
    folder,
    kubeconfigOf: running.kubeconfigOf,
    kubectl: (...args) => run(kubectl, args),
    helm: (...args) => run(helm, args),
    async restrictedNamespace(name) {
      const modes = ['enforce', 'warn', 'audit'].map(
        (mode) => `pod-security.kubernetes.io/${mode}=restricted`,
      );
      await succeeded(cluster.kubectl('create', 'namespace', name));
      await succeeded(cluster.kubectl('label', 'namespace', name, ...modes));
    },
    async stop() {
      await running.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return cluster;
}

/** What a command said that must go well, and without a warning. */
export async function succeeded(said: Promise<Said>): Promise<string> {
  const { code, stdout, stderr } = await said;
  if (code !== 0) throw new Error(`ended with ${code}: ${stderr || stdout}`);
  const warnings = stderr.split('\n').filter((line) => /warn/i.test(line));
  if (warnings.length > 0) throw new Error(`warned: ${warnings.join('\n')}`);
  return stdout;
}
