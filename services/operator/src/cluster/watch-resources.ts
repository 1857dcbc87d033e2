import { DriftloopError } from '@driftloop/errors';
import type { Logger } from '@driftloop/service';
import {
  CustomObjectsApi,
  type KubeConfig,
  type KubernetesListObject,
  type KubernetesObject,
  makeInformer,
} from '@kubernetes/client-node';
import { GROUP, VERSION } from '../resources/model-resource.ts';
import { messageOf } from './api-error.ts';

/** A watch that has ended is opened again after this long. */
const AGAIN_MS = 5_000;

/** The resources of one kind in a namespace, as they were last seen. */
export interface WatchedResources<T> {
  list(): readonly T[];
  /** Why they are not being watched now; undefined while they are. */
  problem(): string | undefined;
  close(): Promise<void>;
}

/**
 * Lists and follows the resources of one kind.
 *
 * @param onChange called after one has come, changed or gone
 * @throws DriftloopError KUBERNETES_UNAVAILABLE where they cannot be listed
 */
export async function watchResources<T>(
  config: KubeConfig,
  { namespace, plural }: { readonly namespace: string; readonly plural: string },
  logger: Logger,
  onChange: () => void,
): Promise<WatchedResources<T>> {
  const objects = config.makeApiClient(CustomObjectsApi);
  const at = { group: GROUP, version: VERSION, namespace, plural };
  const informer = makeInformer<KubernetesObject>(
    config,
    `/apis/${GROUP}/${VERSION}/namespaces/${namespace}/${plural}`,
    async () => (await objects.listNamespacedCustomObject(at)) as KubernetesListObject<KubernetesObject>,
  );
  let problem: string | undefined;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const startAgain = (error: unknown) => {
    if (closed) return;
    problem = `${plural} are not being watched: ${messageOf(error)}`;
    logger.warn({ plural, err: error }, 'the watch has ended: it is opened again');
    clearTimeout(timer);
    timer = setTimeout(() => void informer.start().catch(startAgain), AGAIN_MS);
  };
  for (const event of ['add', 'update', 'delete'] as const) informer.on(event, onChange);
  informer.on('connect', () => {
    problem = undefined;
  });
  informer.on('error', startAgain);
  try {
    await informer.start();
  } catch (cause) {
    await informer.stop();
    throw new DriftloopError(
      'KUBERNETES_UNAVAILABLE',
      `Cannot list ${plural}.${GROUP} of namespace ${namespace}: ${messageOf(cause)}. Are the custom resources installed (crds.install), and may this service account list them?`,
      { cause },
    );
  }
  return {
    // What is in a resource, the API server has checked against the custom resource's schema.
    list: () => informer.list(namespace) as unknown as readonly T[],
    problem: () => problem,
    async close() {
      closed = true;
      clearTimeout(timer);
      await informer.stop();
    },
  };
}
