import type { ConsumeOptions } from '@driftloop/bus';

/** Requests of one partition, as the consumer hands them over. */
export type Batch = Parameters<ConsumeOptions<'inference.requests'>['onBatch']>[0];
