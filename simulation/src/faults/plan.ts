import type { TopicName } from '@driftloop/schemas';
import { createRandom, type Random } from '@driftloop/stats';
import type { SendFate } from '../bus/producer.ts';
import type { Fault } from './fault.ts';

/** What faults may be about. */
export interface Scene {
  /** How many answers each instance gets in the undisturbed run, and how often it writes. */
  readonly answers: ReadonlyMap<string, number>;
  readonly sends: ReadonlyMap<string, readonly TopicName[]>;
  readonly partitions: number;
  /** Faults begin between these, milliseconds of virtual time. */
  readonly fromMs: number;
  readonly toMs: number;
}

const SECOND = 1_000;
const MINUTE = 60_000;

/** The faults of a seed: one or two, or a dozen, all of them in the time of the traffic. */
export function planFaults(seed: number, scene: Scene): Fault[] {
  const random = createRandom(`faults/${seed}`);
  const count = 1 + Math.floor(12 * random.uniform() ** 2);
  // Troubles seldom come alone: half of the plans put all of theirs into ten minutes.
  const span = scene.toMs - scene.fromMs;
  const isDense = random.uniform() < 0.5;
  const begin = scene.fromMs + span * random.uniform();
  const atMs = () =>
    isDense
      ? Math.min(scene.toMs, begin + 10 * MINUTE * random.uniform())
      : scene.fromMs + span * random.uniform();
  return Array.from({ length: count }, () => drawFault(random, scene, atMs()));
}

function drawFault(random: Random, scene: Scene, atMs: number): Fault {
  const instance = pick(random, [...scene.answers.keys()]);
  const service = instance.replace(/\/.*$/, '');
  const partition = random.integer(scene.partitions);
  const forMs =
    pick(random, [2 * SECOND, 8 * SECOND, 20 * SECOND, 60 * SECOND, 4 * MINUTE]) * (0.5 + random.uniform());
  const inputs = ['inference.requests', 'inference.labels'] as const;
  const topics = [
    ...inputs,
    'inference.predictions',
    'drift.sketches',
    'drift.signals',
    'model.events',
  ] as const;
  const draw = random.uniform();
  if (draw < 0.2) {
    const atAnswer = 1 + random.integer(scene.answers.get(instance) ?? 1);
    const inFlight = pick(random, ['arrive', 'lost', 'torn'] as const);
    return {
      kind: 'crash',
      instance,
      atAnswer,
      inFlight,
      downMs: pick(random, [500, 5 * SECOND, 30 * SECOND]),
    };
  }
  if (draw < 0.32) return { kind: 'pause', instance, atMs, forMs };
  if (draw < 0.4) return { kind: 'restart', instance, atMs, downMs: 3 * SECOND * random.uniform() };
  if (draw < 0.5)
    return {
      kind: 'second',
      service,
      atMs,
      forMs: 3 * forMs,
      leaves: pick(random, ['stopped', 'killed'] as const),
    };
  if (draw < 0.55) return { kind: 'expel', instance, atMs };
  if (draw < 0.8)
    return {
      kind: 'send',
      instance,
      nth: drawSend(random, scene.sends.get(instance) ?? []),
      fate: drawFate(random),
    };
  if (draw < 0.84)
    return { kind: 'slow', instance, atMs, forMs, extraMs: pick(random, [50, 500, 3 * SECOND]) };
  if (draw < 0.88) return { kind: 'block', topic: pick(random, topics), partition, atMs, forMs };
  if (draw < 0.93) return { kind: 'outage', atMs, forMs: 4 * forMs };
  if (draw < 0.97)
    return { kind: 'stall', topic: pick(random, [...inputs, 'inference.predictions'] as const), atMs, forMs };
  if (draw >= 0.985) return { kind: 'grow', atMs, partitions: scene.partitions + 1 + random.integer(3) };
  return { kind: 'away', what: pick(random, ['warehouse', 'store'] as const), atMs, forMs };
}

function drawFate(random: Random): SendFate {
  const kind = pick(random, ['answer lost', 'torn', 'doubled', 'late', 'fatal', 'fatal', 'fatal'] as const);
  if (kind === 'fatal') return { kind, arrives: random.uniform() < 0.5 };
  return kind === 'late' ? { kind, ms: pick(random, [SECOND, 15 * SECOND, MINUTE]) } : { kind };
}

/**
 * A call to one of the topics that it writes to, each as likely: there are far more notes than
 * verdicts.
 */
function drawSend(random: Random, topics: readonly TopicName[]): number {
  const topic = pick(random, [...new Set(topics)]);
  const calls = [...topics.keys()].filter((call) => topics[call] === topic);
  return 1 + (pick(random, calls) ?? 0);
}

function pick<T>(random: Random, from: readonly T[]): T {
  return from[random.integer(from.length)] as T;
}
