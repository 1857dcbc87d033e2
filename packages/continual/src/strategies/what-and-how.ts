import { remember } from '../memory/sample.ts';
import { composeBatch } from '../steps/compose-batch.ts';
import { loadDomains, lossNow, recogniseDomain, storeDomains } from './domains.ts';
import type { Strategy } from './strategy.ts';

const NAME = 'what-and-how';

/** Share of a step's loss in the smoothed one that recovery is told by. */
const FOLLOWING = 0.3;

/**
 * First what: which domain is this; then how: adapt from the parameters that it had. Not never to
 * forget, but to remember fast.
 */
export const whatAndHow: Strategy = {
  name: NAME,
  summary:
    'Recognises a domain it has been in, takes its parameters back and adapts from them; tells the steps until its loss is as it was (What & How).',
  source: { paper: 'He et al. 2019, arXiv 1906.05201', page: 'https://arxiv.org/abs/1906.05201' },
  // tolerance: loss, relative to a domain's own, up to which new rows are of that domain; domains:
  // kept at most.
  settings: { tolerance: 2, domains: 4 },
  warm: true,
  async begin(context) {
    const { runner, data, memory, random, settings } = context;
    const domains = loadDomains(NAME, memory);
    const domain = await recogniseDomain(context, domains, settings.tolerance!);
    let steps = 0;
    let loss = Number.POSITIVE_INFINITY;
    let recovered: number | undefined;
    return {
      sample: (turn) => composeBatch([{ rows: data, indices: turn, labels: 1 }], runner.outputWidth),
      observe({ labelLoss }) {
        loss = Number.isFinite(loss) ? loss + FOLLOWING * (labelLoss - loss) : labelLoss;
        if (domain !== undefined && loss <= settings.tolerance! * domain.loss) recovered ??= steps;
        steps++;
      },
      async keep() {
        const others = domains.filter((other) => other !== domain);
        const learnt = [...others, { values: await runner.values(), loss: await lossNow(context) }];
        const remembered = remember(memory, { rows: data }, 'reservoir', random);
        return storeDomains(NAME, remembered, learnt, settings.domains!);
      },
      metrics: () => ({
        domains: Math.min(settings.domains!, domains.length + Number(domain === undefined)),
        recognised: Number(domain !== undefined),
        // Steps before the loss was as the domain had left it; all of them where it never was. None
        // where the domain is new.
        ...(domain === undefined ? {} : { recoverySteps: recovered ?? steps }),
      }),
    };
  },
};
