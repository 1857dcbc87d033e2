/** Services that run as processes of their own, in the order in which they are listed. */
export const SERVICE_NAMES = [
  'inference',
  'data-drift',
  'prediction-drift',
  'concept-drift',
  'ensemble',
  'trainer',
  'notifier',
  'gateway',
] as const;

/**
 * Name of a service: its folder below services. `payloads` and `study-worker` run only where
 * somebody starts them by their own commands.
 */
export type ServiceName = (typeof SERVICE_NAMES)[number] | 'payloads' | 'study-worker';
