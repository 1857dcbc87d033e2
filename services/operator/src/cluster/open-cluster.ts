import { DriftloopError } from '@driftloop/errors';
import type { Logger } from '@driftloop/service';
import {
  CoreV1Api,
  CustomObjectsApi,
  KubeConfig,
  PatchStrategy,
  setHeaderOptions,
} from '@kubernetes/client-node';
import { GROUP, type ModelResource, type ModelSpecResource, VERSION } from '../resources/model-resource.ts';
import { isAbsent, messageOf } from './api-error.ts';
import type { Cluster } from './cluster.ts';
import { watchResources } from './watch-resources.ts';

/**
 * Watches the Models and ModelSpecs of a namespace, with the credentials of the pod or of
 * KUBECONFIG.
 *
 * @throws DriftloopError KUBERNETES_UNAVAILABLE where they cannot be listed
 */
export async function openCluster(namespace: string, logger: Logger): Promise<Cluster> {
  const config = new KubeConfig();
  config.loadFromDefault();
  const objects = config.makeApiClient(CustomObjectsApi);
  const core = config.makeApiClient(CoreV1Api);
  const listeners: (() => void)[] = [];
  const onChange = () => {
    for (const listener of listeners) listener();
  };
  const models = await watchResources<ModelResource>(
    config,
    { namespace, plural: 'models' },
    logger,
    onChange,
  );
  const specs = await watchResources<ModelSpecResource>(
    config,
    { namespace, plural: 'modelspecs' },
    logger,
    onChange,
  );

  return {
    models: models.list,
    specs: () => new Map(specs.list().map((one) => [one.metadata.name, one])),
    onChange: (listener) => void listeners.push(listener),
    async configMap(name, key) {
      const found = await core.readNamespacedConfigMap({ name, namespace }).catch((cause: unknown) => {
        if (isAbsent(cause)) return undefined;
        throw new DriftloopError('KUBERNETES_UNAVAILABLE', `ConfigMap ${name}: ${messageOf(cause)}`, {
          cause,
        });
      });
      const binary = found?.binaryData?.[key];
      if (binary !== undefined) return Buffer.from(binary, 'base64');
      const text = found?.data?.[key];
      if (text !== undefined) return Buffer.from(text);
      throw new DriftloopError(
        'ARTIFACT_MISSING',
        found === undefined
          ? `There is no ConfigMap ${name} in namespace ${namespace}.`
          : `ConfigMap ${name} has no key ${key}.`,
      );
    },
    async writeStatus(name, status) {
      const at = { group: GROUP, version: VERSION, namespace, plural: 'models', name };
      await objects
        .patchNamespacedCustomObjectStatus(
          // A merge keeps what is not named: fields that no longer hold are taken away by name.
          { ...at, body: { status: { ...NOTHING, ...status } } },
          setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
        )
        .catch((error: unknown) => {
          if (!isAbsent(error)) throw error;
        });
    },
    health() {
      const reason = models.problem() ?? specs.problem();
      return reason === undefined ? { ok: true } : { ok: false, reason };
    },
    async close() {
      await Promise.all([models.close(), specs.close()]);
    },
  };
}

const NOTHING = {
  model: null,
  registeredVersion: null,
  liveVersion: null,
  canaryVersion: null,
  shadowVersion: null,
  drift: null,
};
