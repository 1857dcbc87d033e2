import { type ConnectedDependencies, type Connections, openConnections } from '@driftloop/connections';
import { type Service, securityOf } from '@driftloop/service';
import type { Cluster } from './cluster/cluster.ts';
import { openCluster } from './cluster/open-cluster.ts';
import type { Config } from './config.ts';
import { createNewestDrift } from './newest-drift.ts';
import { reconcile } from './reconcile.ts';
import { createRegisterVersion, type RegisterVersion } from './registering/register-version.ts';
import { createRegistrations, type Registrations } from './registering/registrations.ts';
import { createRepeated, type Repeated } from './repeated.ts';

/** What the factory gets. */
export interface OperatorDependencies extends ConnectedDependencies<Config> {
  /** @default the API server of the pod, or of KUBECONFIG */
  readonly open?: typeof openCluster;
  /** @default by the command line's `register`, in a process of its own */
  readonly register?: RegisterVersion;
}

/**
 * The operator: what Model and ModelSpec resources ask for is registered, and what becomes of it
 * stands in their status.
 *
 * It removes nothing: a resource that is deleted leaves its model as it is, serving. Two operators
 * of one namespace do no harm to each other, as a version is known by its key.
 */
export function createOperator({
  config,
  logger,
  clock,
  connect = openConnections,
  open = openCluster,
  register,
}: OperatorDependencies): Service {
  const abort = new AbortController();
  let cluster: Cluster | undefined;
  let connections: Connections | undefined;
  let registrations: Registrations | undefined;
  let loop: Repeated | undefined;

  return {
    async start() {
      cluster = await open(config.OPERATOR_NAMESPACE, logger);
      connections = await connect(config, 'operator', logger, { needs: ['warehouse'], clock });
      const { registry, warehouse } = connections;
      const drift = createNewestDrift(warehouse, logger);
      registrations = createRegistrations(
        register ??
          createRegisterVersion(
            sourceParts(config, cluster),
            config.OPERATOR_REGISTER_TIMEOUT_MS,
            abort.signal,
          ),
        logger,
        () => loop?.now(),
      );
      const parts = {
        cluster,
        registry,
        registrations,
        driftOf: drift.of,
        now: () => new Date(clock.now()).toISOString(),
        logger,
      };
      loop = createRepeated(
        {
          work: () => reconcile(parts),
          async refresh() {
            parts.registrations.tryAgain();
            await drift.refresh(registry.models().map(({ spec }) => spec.model));
          },
        },
        config.OPERATOR_REFRESH_MS,
      );
      cluster.onChange(loop.now);
      registry.onChange(loop.now);
    },

    async stop() {
      abort.abort();
      await loop?.stop();
      await registrations?.settled();
      await cluster?.close();
      await connections?.close();
    },

    health() {
      const resources = cluster?.health();
      const models = connections?.registry.health();
      const reason = resources?.reason ?? models?.reason;
      return {
        ok: (resources?.ok ?? false) && (models?.ok ?? false),
        detail: { resources: cluster?.models().length ?? 0, ...(reason === undefined ? {} : { reason }) },
      };
    },
  };
}

function sourceParts(config: Config, cluster: Cluster) {
  return {
    cluster,
    store: securityOf(config).store,
    oci: {
      registries: config.OPERATOR_OCI_REGISTRIES,
      username: config.OPERATOR_OCI_USERNAME,
      password: config.OPERATOR_OCI_PASSWORD,
    },
    limitBytes: config.OPERATOR_SOURCE_LIMIT_MB * 2 ** 20,
  };
}
