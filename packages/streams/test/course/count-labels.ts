import type { TypedProducer } from '@driftloop/bus';
import type { TrainingProgress } from '@driftloop/schemas';
import { createLogger } from '@driftloop/service';
import { type Output, runFold, type Stage } from '../../src/index.ts';
import type { Fixture } from '../support/fixture.ts';

/** The input: what turned out to be true of requests. */
export const TOPIC = 'inference.labels';
/** A report after so many labels of a partition. */
const REPORT_EVERY = 5;

/** What is known of a partition. */
interface Count {
  labels: number;
  ones: number;
}

/** How this run of the fold differs. */
export interface Variant {
  /** Of the state, as it is kept. @default 1 */
  readonly format?: number;
  /** @default an hour: only a stop in good order saves */
  readonly checkpointEveryMs?: number;
  /** @default the fixture's */
  readonly producer?: TypedProducer;
  /** What has ended the fold. */
  readonly failures?: unknown[];
  /** Told what is folded. */
  readonly folded?: number[];
}

/**
 * The fold of this course: counts labels and ones of each partition, and reports the counts on
 * training.progress.
 */
export function countLabels(fixture: Fixture, variant: Variant = {}): Promise<Stage> {
  const { format = 1, checkpointEveryMs = 3_600_000, producer = fixture.producer } = variant;
  return runFold<typeof TOPIC, Count>({
    bus: fixture.bus,
    producer,
    service: 'counting',
    topic: TOPIC,
    codec: { format, encode: (count) => JSON.stringify(count), decode: (text) => JSON.parse(text) },
    checkpointEveryMs,
    logger: createLogger({ name: 'course', level: 'silent' }),
    fail: (error) => variant.failures?.push(error),
    createState: () => ({ labels: 0, ones: 0 }),
    async apply(count, records, partition) {
      const outputs: Output[] = [];
      for (const { value } of records) {
        variant.folded?.push(value.eventTime);
        count.labels++;
        count.ones += value.label;
        if (count.labels % REPORT_EVERY === 0) outputs.push(report(partition, count));
      }
      return { state: count, outputs };
    },
  });
}

/**
 * Named by partition and count, and with nothing in it that another run would say otherwise, such
 * as the time of day.
 */
function report(partition: number, { labels, ones }: Count): Output {
  const model = `partition-${partition}`;
  const value: TrainingProgress = {
    model,
    commandId: `${partition}/${labels}`,
    phase: 'reading',
    version: null,
    step: labels,
    steps: 0,
    loss: null,
    metrics: { ones },
    at: 0,
    message: '',
  };
  return { topic: 'training.progress', key: model, value };
}

/** What has been reported of a partition, oldest first: labels and ones. */
export async function reportsOf(
  fixture: Fixture,
  partition: number,
): Promise<[number, number | undefined][]> {
  const all = await fixture.readAll('training.progress');
  return all
    .filter(({ value }) => value.model === `partition-${partition}`)
    .map(({ value }) => [value.step, value.metrics.ones]);
}
