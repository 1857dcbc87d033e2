/**
 * The area under the ROC curve of scores against targets 0 or 1, ties counted half: the chance that
 * a row of class 1 has the higher score (Hanley and McNeil 1982). NaN if there is only one class.
 */
export function rocAuc(scores: ArrayLike<number>, targets: ArrayLike<number>): number {
  const order = byScore(scores);
  let negatives = 0;
  let positives = 0;
  let area = 0;
  for (const { tied, tiedPositives } of tiesOf(order, scores, targets)) {
    const tiedNegatives = tied - tiedPositives;
    area += tiedPositives * (negatives + tiedNegatives / 2);
    positives += tiedPositives;
    negatives += tiedNegatives;
  }
  return positives > 0 && negatives > 0 ? area / (positives * negatives) : Number.NaN;
}

/**
 * The area under the ROC curve that calibrated probabilities promise, without targets: rows by
 * falling score, each adding its probability to the true positives and the rest to the false ones
 * (NannyML's CBPE; sums rounded to five decimals as there). NaN for no rows or if all are certain
 * to be of one class.
 *
 * @param probabilities Calibrated chance of class 1, per row. @param scores What the rows are
 *   ranked by: the uncalibrated score.
 */
export function estimateRocAuc(probabilities: ArrayLike<number>, scores: ArrayLike<number>): number {
  const order = byScore(scores);
  const rows = order.length;
  const truePositives = new Float64Array(rows + 1);
  const falsePositives = new Float64Array(rows + 1);
  let sum = 0;
  for (let i = 1; i <= rows; ) {
    // Rows of one score come in no order, so each counts as their mean.
    const { count, mean } = tieFrom(order, rows - i, scores, probabilities);
    for (const last = i + count; i < last; i++) {
      sum += mean;
      truePositives[i] = roundTo5(sum);
      falsePositives[i] = roundTo5(i - sum);
    }
  }
  const positives = truePositives[rows] ?? 0;
  const negatives = falsePositives[rows] ?? 0;
  if (!(positives > 0 && negatives > 0)) return Number.NaN;
  let area = 0;
  for (let i = 1; i <= rows; i++) {
    const width = (falsePositives[i] ?? 0) / negatives - (falsePositives[i - 1] ?? 0) / negatives;
    area += (width * ((truePositives[i] ?? 0) / positives + (truePositives[i - 1] ?? 0) / positives)) / 2;
  }
  return area;
}

/**
 * The variance of the share of class 0 below a row of class 1: what an area under the ROC curve
 * averages over the rows of class 1.
 */
export function rankVariance(scores: ArrayLike<number>, targets: ArrayLike<number>): number {
  const order = byScore(scores);
  let negatives = 0;
  for (let i = 0; i < targets.length; i++) if (targets[i] !== 1) negatives++;
  const positives = targets.length - negatives;
  let below = 0;
  let sum = 0;
  let squares = 0;
  for (const { tied, tiedPositives } of tiesOf(order, scores, targets)) {
    const share = (below + (tied - tiedPositives) / 2) / negatives;
    sum += tiedPositives * share;
    squares += tiedPositives * share * share;
    below += tied - tiedPositives;
  }
  return Math.max(0, squares / positives - (sum / positives) ** 2);
}

/** Rows of one score, by rising score: how many, and how many of them are of class 1. */
function* tiesOf(
  order: Int32Array,
  scores: ArrayLike<number>,
  targets: ArrayLike<number>,
): Generator<{ tied: number; tiedPositives: number }> {
  for (let start = 0; start < order.length; ) {
    const score = scores[order[start] ?? 0];
    let tiedPositives = 0;
    let tied = 0;
    for (; start + tied < order.length && scores[order[start + tied] ?? 0] === score; tied++) {
      if (targets[order[start + tied] ?? 0] === 1) tiedPositives++;
    }
    yield { tied, tiedPositives };
    start += tied;
  }
}

/** The rows with the score of order[from], going down, and the mean of their probabilities. */
function tieFrom(
  order: Int32Array,
  from: number,
  scores: ArrayLike<number>,
  probabilities: ArrayLike<number>,
): { count: number; mean: number } {
  const first = order[from] ?? 0;
  const mean = probabilities[first] ?? 0;
  let excess = 0;
  let count = 0;
  for (; count <= from && scores[order[from - count] ?? 0] === scores[first]; count++) {
    excess += (probabilities[order[from - count] ?? 0] ?? 0) - mean;
  }
  return { count, mean: mean + excess / count };
}

function byScore(scores: ArrayLike<number>): Int32Array {
  return Int32Array.from({ length: scores.length }, (_, i) => i).sort(
    (a, b) => (scores[a] ?? 0) - (scores[b] ?? 0),
  );
}

/** To five decimals, ties to even, as numpy rounds. */
function roundTo5(x: number): number {
  const scaled = x * 1e5;
  const floor = Math.floor(scaled);
  const rest = scaled - floor;
  const up = rest > 0.5 || (rest === 0.5 && floor % 2 !== 0);
  return (up ? floor + 1 : floor) / 1e5;
}
