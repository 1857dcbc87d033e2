/** The parts of the local infrastructure. */
export const PART_NAMES = ['kafka', 'registry', 'clickhouse'] as const;

/** The name of a part. */
export type PartName = (typeof PART_NAMES)[number];
