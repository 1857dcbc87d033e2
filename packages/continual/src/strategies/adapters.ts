import type { StepRunner } from '@driftloop/autodiff';
import { findLayers } from '../bandit/neurons.ts';
import { isAdapter } from '../factory/names.ts';
import { remember } from '../memory/sample.ts';
import { composeBatch } from '../steps/compose-batch.ts';
import { loadDomains, lossNow, recogniseDomain, storeDomains } from './domains.ts';
import type { Strategy } from './strategy.ts';

const NAME = 'adapters';

/** A shared base that is frozen after the first run, and a few parameters per domain. */
export const adapters: Strategy = {
  name: NAME,
  summary:
    'Freezes the model after the first run and trains adapters and output layer per domain, which it recognises by their loss.',
  source: { paper: 'Rebuffi et al. 2017, arXiv 1705.08045', page: 'https://arxiv.org/abs/1705.08045' },
  // tolerance: loss on new rows, relative to a domain's own, up to which it is that domain;
  // domains: kept at most.
  settings: { tolerance: 2, domains: 8 },
  warm: true,
  terms: () => ({ masks: true }),
  async begin(context) {
    const { runner, data, memory, random, settings } = context;
    const own = ownParameters(runner);
    const domains = loadDomains(NAME, memory);
    const domain = await recogniseDomain(context, domains, settings.tolerance!);
    if (memory.runs > 0) runner.setMasks(maskOf(runner, own));
    return {
      sample: (turn) => composeBatch([{ rows: data, indices: turn, labels: 1 }], runner.outputWidth),
      async keep() {
        const values = new Map([...(await runner.values())].filter(([name]) => own.has(name)));
        const others = domains.filter((other) => other !== domain);
        const learnt = [...others, { values, loss: await lossNow(context) }];
        const remembered = remember(memory, { rows: data }, 'reservoir', random);
        return storeDomains(NAME, remembered, learnt, settings.domains!);
      },
      metrics: () => ({
        domains: Math.min(settings.domains!, domains.length + Number(domain === undefined)),
        recognised: Number(domain !== undefined),
      }),
    };
  },
};

/** Adapters and the last layer; in a model without adapters the last layer alone. */
function ownParameters({ parameters }: StepRunner): ReadonlySet<string> {
  const last = findLayers(parameters)
    .filter(({ weight }) => !isAdapter(weight.name))
    .at(-1);
  const own = parameters.filter(({ name }) => isAdapter(name)).map(({ name }) => name);
  if (last !== undefined) own.push(last.weight.name);
  if (last?.bias !== undefined) own.push(last.bias.name);
  return new Set(own);
}

function maskOf({ parameters }: StepRunner, own: ReadonlySet<string>): Map<string, Float32Array> {
  return new Map(
    parameters.map(({ name, dims }) => {
      const size = dims.reduce((product, dim) => product * dim, 1);
      return [name, new Float32Array(size).fill(own.has(name) ? 1 : 0)];
    }),
  );
}
