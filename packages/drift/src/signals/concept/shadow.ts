import type { Outcome } from '../../sketch/outcomes.ts';
import { percent } from '../statistics/shares.ts';
import type { Finding } from '../window-test.ts';
import type { ConceptTest, ConceptWindow } from './window.ts';

/**
 * Shares of the wealth that are bet on the next disagreement going the rival's way: small leads
 * over long and large ones over short.
 */
const BETS: readonly number[] = [0.1, 0.2, 0.4];

/** How a rival fared on the requests that both answered. */
interface Duel {
  readonly version: number;
  /** Requests that both answered. */
  rows: number;
  /** Requests on which only the rival was right; of a regression those on which it was closer. */
  won: number;
  /**
   * Requests on which only the window's version was right; of a regression those on which it was
   * closer.
   */
  lost: number;
  /** Right answers of the rival; not counted for a regression. */
  right: number;
}

/**
 * Whether a version that answers the same requests in shadow is right more often than the one that
 * serves. The e-value is the wealth of a bettor who stakes a share of it on each disagreement going
 * the rival's way, (1 + λ)^won (1 - λ)^lost, averaged over λ: its mean is at most 1 while the
 * serving version is right at least as often (Waudby-Smith and Ramdas 2024, "Estimating means of
 * bounded random variables by betting", section 4). It is no evidence of drift (severity 0): a
 * version may be beaten by another without having changed for the worse.
 */
export const SHADOW_TEST: ConceptTest = {
  name: 'shadow',
  byDefault: true,
  raisesAlarms: false,
  comparesVersions: true,
  // Two versions side by side: neither is expected to be anything.
  words: ({ detail }) => detail ?? '',
  run: (window) => ({ findings: duelsOf(window).map((duel) => findingOf(window, duel)) }),
};

function duelsOf(window: ConceptWindow): Duel[] {
  const duels = new Map<number, Duel>();
  for (const outcome of window.content) {
    for (const { version, predicted } of outcome.rivals) {
      if (version === window.version) continue;
      const duel = duels.get(version) ?? { version, rows: 0, won: 0, lost: 0, right: 0 };
      duels.set(version, duel);
      const lead = leadOf(window, outcome, predicted);
      duel.rows++;
      duel.right += Number(predicted === outcome.label);
      if (lead > 0) duel.won++;
      else if (lead < 0) duel.lost++;
    }
  }
  return [...duels.values()].sort((a, b) => a.version - b.version);
}

/**
 * Above 0 where the rival's answer is the better one. An answer that is no number is no better than
 * any.
 */
function leadOf({ profile }: ConceptWindow, { predicted, label }: Outcome, rival: number): number {
  if (profile.outputs.layout.classes > 0) return Number(rival === label) - Number(predicted === label);
  const [own, theirs] = [Math.abs(predicted - label), Math.abs(rival - label)];
  return Number.isNaN(theirs) ? -1 : Math.sign(own - theirs);
}

function findingOf({ profile, version: own }: ConceptWindow, duel: Duel): Finding {
  const { version, rows, won, lost, right } = duel;
  const isRegression = profile.outputs.layout.classes === 0;
  const detail = isRegression
    ? `version ${version} is closer than version ${own} on ${won} of ${rows} requests and less close on ${lost}`
    : `version ${version} answers ${percent(right / rows)} of ${rows} requests right in shadow, version ${own} ${percent((right - won + lost) / rows)}`;
  const eValue = BETS.reduce((sum, bet) => sum + wealthOf(bet, won, lost), 0) / BETS.length;
  return {
    feature: `version ${version}`,
    statistic: (won - lost) / rows,
    pValue: null,
    threshold: 0,
    expected: null,
    detail,
    severity: 0,
    drifted: false,
    changePoint: null,
    rival: version,
    eValue: Math.min(eValue, Number.MAX_VALUE),
  };
}

function wealthOf(bet: number, won: number, lost: number): number {
  return Math.exp(won * Math.log1p(bet) + lost * Math.log1p(-bet));
}
