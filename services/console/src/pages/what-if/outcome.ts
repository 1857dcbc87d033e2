import type { Mark } from '../../parts/chart/mark.ts';
import { count } from '../../parts/number-text.ts';
import type { WhatIf } from '../../queries/what-if.ts';

type Difference = WhatIf['differences'][number];

/** Where a retrain would have been asked for. Pure. */
export function retrainMarks({ retrains }: Pick<WhatIf, 'retrains'>): Mark[] {
  return retrains.map(({ eventTime: at, reasons: [why] }) => ({
    at,
    kind: 'command',
    short: 'retrain',
    text: `It would have asked for a retrain${why === undefined ? '' : `: ${why}`}`,
  }));
}

/** What is different, in a few sentences. Pure. */
export function summaryOf({ live, verdicts, retrains, differences }: WhatIf): string {
  const drifted = (some: readonly { readonly state: string }[]) =>
    some.filter(({ state }) => state === 'drift').length;
  const asked = live.filter(({ action }) => action === 'retrain').length;
  const windows = `${count(drifted(verdicts))} of ${count(verdicts.length)} verdicts call drift, where ${count(drifted(live))} of ${count(live.length)} did.`;
  const commands = `${count(retrains.length)} ${retrains.length === 1 ? 'retrain is' : 'retrains are'} asked for, where ${count(asked)} ${asked === 1 ? 'was' : 'were'}.`;
  const otherwise =
    differences.length === 0
      ? 'No window is judged otherwise.'
      : `${count(differences.length)} ${differences.length === 1 ? 'window is' : 'windows are'} judged otherwise.`;
  return `${windows} ${commands} ${otherwise}`;
}

/** What is different about one window, in a sentence. Pure. */
export function differenceText({ live, replayed }: Difference): string {
  if (live === null && replayed === null) return 'Nothing is said of it.';
  if (live === null) return `No verdict was given. It would have been ${saidText(replayed)}.`;
  if (replayed === null) return `It was ${saidText(live)}. No verdict would have been given.`;
  return `It was ${saidText(live)}. It would have been ${saidText(replayed)}.`;
}

function saidText(said: Difference['live']): string {
  if (said === null) return 'nothing';
  return said.action === 'none' ? said.state : `${said.state}, and asked for: ${said.action}`;
}
