import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BenchmarkOptions, Result } from '../harness/benchmark.ts';
import { type PythonPeer, runPeers } from '../harness/python-peers.ts';
import { benchAlerts } from './alerts.ts';
import { DATA } from './car-loans.ts';
import { benchCbpe } from './cbpe.ts';
import { benchCoverage } from './coverage.ts';
import { benchLoss } from './loss.ts';
import { writePlanted } from './planted.ts';
import { writePrices } from './prices.ts';
import { benchShift } from './shift.ts';

/**
 * How near estimates of performance come to what labels say later, and what they cost, beside
 * NannyML on the same rows: confidence-based estimation on NannyML's car loans, the estimate of a
 * loss on made-up prices; the estimates of the services, window by window; accuracy under planted
 * covariate shift; and in how many of 200 streams bounds hold at every row. Times are CPU time of
 * one process. Without NannyML the car loans are compared with its recorded answers.
 */
export async function run({ samples, peers }: BenchmarkOptions): Promise<Result[]> {
  const folder = await mkdtemp(join(tmpdir(), 'driftloop-estimates-'));
  try {
    if (peers) {
      await writePrices(folder);
      await writePlanted(folder);
    }
    const peer = peers ? await runPeers([nannyml(folder)], samples) : new Map<string, number>();
    return [
      ...benchCbpe(samples, peer),
      ...benchLoss(samples, peer),
      ...benchAlerts(peer),
      ...benchShift(peer),
      ...benchCoverage(),
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** NannyML imports statsmodels without saying so. */
function nannyml(folder: string): PythonPeer {
  return {
    script: fileURLToPath(new URL('peer/nannyml_estimates.py', import.meta.url)),
    args: [DATA, folder],
    packages: ['nannyml==0.13.1', 'statsmodels==0.15.0'],
  };
}
