/** Services that run as processes of their own, in the order in which they are listed. */
export const SERVICE_NAMES = [
  'inference',
  'data-drift',
  'prediction-drift',
  'concept-drift',
  'ensemble',
  'trainer',
  'gateway',
] as const;

/**
 * Name of a service: its folder below services. `payloads` runs only where somebody starts it by
 * its own command.
 */
export type ServiceName = (typeof SERVICE_NAMES)[number] | 'payloads';
