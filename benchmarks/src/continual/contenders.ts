import { type Settings, STRATEGIES } from '@driftloop/continual';
import type { Scenario } from './scenario.ts';

/**
 * A strategy with its settings and the rows that it may remember, beside the peer that it is held
 * against.
 */
export interface Contender {
  readonly strategy: string;
  readonly settings?: Settings;
  readonly memoryRows: number;
  /** Name in cl_digits.json. */
  readonly peer?: string;
}

/** Rows that every strategy may remember; cumulative, the ceiling, remembers all. */
const MEMORY_ROWS = 200;
const EVERYTHING = 1_000_000;

/** Avalanche's EWC adds λ·ΣF·Δ²; ours λ/2·ΣF·Δ². Its Fisher information is of batches of 32. */
const ewc = (lambda: number): Settings => ({ lambda: 2 * lambda, fisherRows: EVERYTHING, fisherBatch: 32 });
/** Avalanche's distillation does not carry temperature². */
const lwf = (alpha: number): Settings => ({ alpha: alpha / 4, temperature: 2 });

type Counterpart = Pick<Contender, 'settings' | 'peer'>;

/** Avalanche's best λ differs by scenario. */
const EWC_PEERS: Readonly<Record<string, Counterpart>> = {
  A: { settings: ewc(100), peer: 'EWC_l100' },
  B: { settings: ewc(10_000), peer: 'EWC_l1e4' },
  permuted: { settings: ewc(100), peer: 'EWC_l100' },
};

/**
 * Avalanche's counterpart of a strategy with the settings that it ran with. Strategies without one
 * run with their defaults.
 */
const COUNTERPARTS: Readonly<Record<string, (protocol: string) => Counterpart>> = {
  naive: () => ({ peer: 'Naive' }),
  replay: () => ({ peer: 'Replay200' }),
  'balanced-replay': () => ({ peer: 'Replay200' }),
  ewc: (protocol) => EWC_PEERS[protocol] ?? {},
  'online-ewc': (protocol) => EWC_PEERS[protocol] ?? {},
  lwf: () => ({ settings: lwf(1), peer: 'LwF_a1_T2' }),
  gem: () => ({ peer: 'GEM_40pt' }),
  'a-gem': () => ({ peer: 'AGEM_40pt' }),
  der: () => ({ peer: 'DER_200' }),
  'der++': () => ({ peer: 'DERpp_200' }),
  cumulative: () => ({ peer: 'Cumulative' }),
};

/** Every strategy that there is: a new one appears by itself. */
export function contendersIn(scenario: Scenario): Contender[] {
  return STRATEGIES.map(({ name }) => ({
    strategy: name,
    memoryRows: name === 'cumulative' ? EVERYTHING : MEMORY_ROWS,
    ...COUNTERPARTS[name]?.(scenario.protocol),
  }));
}
