import type { Contender } from './learn-sequence.ts';
import type { Scenario } from './scenario.ts';

/** A contender in one scenario, beside the peer that it is held against. */
export interface Entry extends Contender {
  /** Name in cl_digits.json. */
  readonly peer?: string;
}

const EVERYTHING = 1_000_000;

/** Avalanche's EWC adds λ·ΣF·Δ²; ours λ/2·ΣF·Δ². Its Fisher information is of batches of 32. */
const ewc = (lambda: number) => ({ lambda: 2 * lambda, fisherRows: EVERYTHING, fisherBatch: 32 });
/** Avalanche's distillation does not carry temperature². */
const lwf = (alpha: number) => ({ alpha: alpha / 4, temperature: 2 });

/** Who runs in a scenario, with the settings that Avalanche's counterpart has. */
export function entriesOf(scenario: Scenario['name']): Entry[] {
  return [
    { strategy: 'naive', memoryRows: 200, peer: 'Naive' },
    { strategy: 'replay', memoryRows: 200, peer: 'Replay200' },
    { strategy: 'balanced-replay', memoryRows: 200, peer: 'Replay200' },
    ...ewcEntries(scenario),
    { strategy: 'si', memoryRows: 200 },
    { strategy: 'mas', memoryRows: 200 },
    { strategy: 'lwf', memoryRows: 200, settings: lwf(1), peer: 'LwF_a1_T2' },
    { strategy: 'gem', memoryRows: 200, peer: 'GEM_40pt' },
    { strategy: 'a-gem', memoryRows: 200, peer: 'AGEM_40pt' },
    ...(scenario === 'permuted' ? [] : [{ strategy: 'der', memoryRows: 200, peer: 'DER_200' }]),
    { strategy: 'der++', memoryRows: 200, peer: 'DERpp_200' },
    { strategy: 'cumulative', memoryRows: EVERYTHING, peer: 'Cumulative' },
  ];
}

function ewcEntries(scenario: Scenario['name']): Entry[] {
  const peers = {
    A: { lambda: 100, peer: 'EWC_l100' },
    B: { lambda: 10_000, peer: 'EWC_l1e4' },
    permuted: { lambda: 100, peer: 'EWC_l100' },
  };
  const { lambda, peer } = peers[scenario];
  return [
    { strategy: 'ewc', memoryRows: 200, settings: ewc(lambda), peer },
    { strategy: 'online-ewc', memoryRows: 200, settings: ewc(lambda), peer },
  ];
}
