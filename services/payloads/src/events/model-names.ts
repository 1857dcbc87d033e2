import type { LoggedHalf } from './read-events.ts';

/** The model that a service of the incumbent is here. */
export type ModelNames = (half: Pick<LoggedHalf, 'namespace' | 'service'>) => string;

/**
 * Names by the setting, else the service's own.
 *
 * @param pairs `service=model` or `namespace/service=model`
 */
export function createModelNames(pairs: readonly string[]): ModelNames {
  const names = new Map(
    pairs.map((pair) => {
      const [service = '', model = ''] = pair.split('=');
      return [service.trim(), model.trim()];
    }),
  );
  return ({ namespace, service }) => names.get(`${namespace}/${service}`) ?? names.get(service) ?? service;
}
