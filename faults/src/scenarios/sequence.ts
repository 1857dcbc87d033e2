import type { Scenario } from './scenario.ts';

/** Several scenarios in one run, each as soon as the one before is over: quicker, and harder. */
export function sequence(name: string, scenarios: readonly Scenario[]): Scenario {
  return {
    name,
    kind: scenarios[0]?.kind ?? 'killed',
    links: scenarios.flatMap(({ links = [] }) => links),
    ...sameOf(scenarios),
    alone: scenarios.some(({ alone }) => alone),
    needsMounts: scenarios.some(({ needsMounts }) => needsMounts),
    feedsOn: scenarios.every(({ feedsOn = true }) => feedsOn),
    environment: (service) =>
      Object.assign({}, ...scenarios.map(({ environment }) => environment?.(service) ?? {})),
    async inject(site) {
      for (const { inject } of scenarios) await inject(site);
    },
    async check(site) {
      const problems = await Promise.all(scenarios.map(({ check }) => check?.(site) ?? []));
      return problems.flat();
    },
  };
}

/** What must be the same after each of them. */
function sameOf(scenarios: readonly Scenario[]): Pick<Scenario, 'same'> {
  const given = scenarios.flatMap(({ same }) => (same ? [same] : []));
  const [first] = given;
  return first ? { same: first.filter((aspect) => given.every((each) => each.includes(aspect))) } : {};
}
