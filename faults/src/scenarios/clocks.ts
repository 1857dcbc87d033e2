import { setTimeout as sleep } from 'node:timers/promises';
import type { ServiceName } from '@driftloop/cli';
import type { Scenario } from './scenario.ts';

const HOUR_MS = 3_600_000;
/** Until somebody sets it right. */
const WRONG_MS = 8_000;

/**
 * Whose clock jumps, and back again: brokers take records from an hour ahead at most. Time that
 * only passes, as `performance.now` has it, goes on as it was.
 */
const JUMPS: readonly { readonly name: ServiceName; readonly by: number; readonly says: string }[] = [
  { name: 'inference', by: 2 * HOUR_MS, says: 'two hours ahead' },
  { name: 'inference', by: -HOUR_MS, says: 'an hour back' },
  { name: 'concept-drift', by: HOUR_MS, says: 'an hour ahead' },
  { name: 'data-drift', by: -HOUR_MS, says: 'an hour back' },
  { name: 'ensemble', by: 24 * HOUR_MS, says: 'a day ahead' },
  { name: 'ensemble', by: -24 * HOUR_MS, says: 'a day back' },
];

/** The wall clock of a service is set while it runs. */
export const CLOCKS: readonly Scenario[] = JUMPS.map(({ name, by, says }) => ({
  name: `the clock of ${name} jumps ${says}`,
  kind: 'clocks',
  environment: (service) => (service === name ? { NODE_OPTIONS: jumpingClock(by) } : {}),
  async inject({ services }) {
    services.signal(name, 'SIGUSR2');
    await sleep(WRONG_MS);
    services.signal(name, 'SIGUSR2');
  },
}));

/** Has Date say another time from one signal to the next. */
function jumpingClock(byMs: number): string {
  const code = `
    const Real = Date;
    let offset = 0;
    process.on('SIGUSR2', () => { offset = offset === 0 ? ${byMs} : 0; });
    globalThis.Date = class Date extends Real {
      constructor(...given) { given.length === 0 ? super(Real.now() + offset) : super(...given); }
      static now() { return Real.now() + offset; }
    };`;
  return `${process.env.NODE_OPTIONS ?? ''} --import=data:text/javascript,${encodeURIComponent(code)}`.trim();
}
