import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DriftloopError } from '@driftloop/errors';

/** A Kubernetes API without nodes: everything is stored and checked, no pod is run. */
export interface RunningKubernetes {
  /** Path of a kubeconfig whose user may do everything. */
  readonly kubeconfig: string;
  /**
   * A kubeconfig for a service account, with what RBAC gives it and no more. The account is one of
   * `serviceAccounts` at the start.
   */
  kubeconfigOf(serviceAccount: string): string;
  stop(): Promise<void>;
}

const READY_MS = 60_000;

/**
 * Starts etcd and kube-apiserver on free ports of this machine.
 *
 * @param options.apiServer path of kube-apiserver
 * @param options.folder for their data, logs and kubeconfigs
 * @param options.serviceAccounts `namespace:name` of those that get a token
 * @throws DriftloopError LOCAL_TOOL_MISSING without etcd, STARTUP_TIMEOUT with the end of the log
 */
export async function startKubernetes(options: {
  readonly apiServer: string;
  readonly folder: string;
  readonly serviceAccounts: readonly string[];
}): Promise<RunningKubernetes> {
  const { apiServer, folder, serviceAccounts } = options;
  if (spawnSync('etcd', ['--version']).error)
    throw new DriftloopError('LOCAL_TOOL_MISSING', 'etcd is not on the path: `apt-get install etcd-server`.');
  const [client, peer, port] = (await freePorts(3)) as [number, number, number];
  const at = (name: string) => join(folder, name);
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  writeFileSync(at('accounts.key'), privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  const users = [
    'admin-token,admin,1,"system:masters"',
    ...serviceAccounts.map((name, index) => {
      const [namespace] = name.split(':');
      return `${tokenOf(name)},system:serviceaccount:${name},${index + 2},"system:serviceaccounts,system:serviceaccounts:${namespace}"`;
    }),
  ];
  writeFileSync(at('tokens.csv'), `${users.join('\n')}\n`, { mode: 0o600 });

  const etcd = start('etcd', at('etcd.log'), [
    ...['--data-dir', at('etcd')],
    ...[
      '--listen-client-urls',
      `http://127.0.0.1:${client}`,
      '--advertise-client-urls',
      `http://127.0.0.1:${client}`,
    ],
    ...[
      '--listen-peer-urls',
      `http://127.0.0.1:${peer}`,
      '--initial-advertise-peer-urls',
      `http://127.0.0.1:${peer}`,
    ],
    ...['--initial-cluster', `default=http://127.0.0.1:${peer}`],
    '--unsafe-no-fsync',
  ]);
  const server = start(apiServer, at('apiserver.log'), [
    `--etcd-servers=http://127.0.0.1:${client}`,
    `--secure-port=${port}`,
    '--bind-address=127.0.0.1',
    `--cert-dir=${at('certs')}`,
    '--service-cluster-ip-range=10.0.0.0/16',
    '--service-account-issuer=https://kubernetes',
    `--service-account-signing-key-file=${at('accounts.key')}`,
    `--service-account-key-file=${at('accounts.key')}`,
    '--authorization-mode=RBAC',
    // No controller makes the accounts that it would look for.
    '--disable-admission-plugins=ServiceAccount',
    `--token-auth-file=${at('tokens.csv')}`,
  ]);
  const kubeconfigOf = (name: string, token: string) => {
    const path = at(`kubeconfig-${name.replace(':', '-')}`);
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [
        { name: 'c', cluster: { server: `https://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true } },
      ],
      users: [{ name: 'u', user: { token } }],
      contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
      'current-context': 'x',
    };
    writeFileSync(path, JSON.stringify(config), { mode: 0o600 });
    return path;
  };
  const stop = async () => {
    for (const child of [server, etcd]) await end(child);
  };
  try {
    await ready(port, server, at('apiserver.log'));
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    kubeconfig: kubeconfigOf('admin', 'admin-token'),
    kubeconfigOf: (serviceAccount) => kubeconfigOf(serviceAccount, tokenOf(serviceAccount)),
    stop,
  };
}

function tokenOf(serviceAccount: string): string {
  return `token-of-${serviceAccount.replace(':', '-')}`;
}

function start(program: string, log: string, args: readonly string[]): ChildProcess {
  const file = openSync(log, 'w');
  try {
    return spawn(program, args, { stdio: ['ignore', file, file] });
  } finally {
    closeSync(file);
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const late = sleep(10_000, undefined, { ref: false }).then(() => child.kill('SIGKILL'));
  await Promise.race([ended, late]);
  await ended;
}

/** Ready is what its own readiness says; its certificate is its own, so kubectl's way is taken. */
async function ready(port: number, server: ChildProcess, log: string): Promise<void> {
  const { request } = await import('node:https');
  const answers = () =>
    new Promise<boolean>((resolve) => {
      const asked = request(
        {
          host: '127.0.0.1',
          port,
          path: '/readyz',
          rejectUnauthorized: false,
          headers: { authorization: 'Bearer admin-token' },
        },
        (response) => {
          response.resume();
          resolve(response.statusCode === 200);
        },
      );
      asked.once('error', () => resolve(false));
      asked.end();
    });
  for (const until = Date.now() + READY_MS; Date.now() < until && server.exitCode === null; await sleep(200))
    if (await answers()) return;
  const said = readFileSync(log, 'utf8').slice(-2_000);
  throw new DriftloopError(
    'STARTUP_TIMEOUT',
    `kube-apiserver was not ready within ${READY_MS / 1_000} s:\n${said}`,
  );
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
