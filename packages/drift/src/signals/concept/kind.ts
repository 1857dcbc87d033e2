import { type JointReference, jointCells } from '../../profile/joint-reference.ts';
import { chiSquare, totalOf } from '../statistics/counts.ts';
import { percent } from '../statistics/shares.ts';
import type { Finding } from '../window-test.ts';
import { rounded } from '../words.ts';
import type { ConceptTest, ConceptWindow } from './window.ts';

/** What is left of the windows before in the table, each time. */
const DECAY = 0.6;
/** Only where p-values are asked for. */
const ALPHA = 0.01;

/** Answers with their truths of the newest windows, the older the less. JSON. */
interface KindMemory {
  readonly counts: readonly number[];
  /** Sum of squared weights, by which the rows that the table is worth are known. */
  readonly squares: number;
}

/**
 * Which kind of drift answers and their truths fit: the chi-square of what each kind leaves
 * unexplained, beside what it is free to explain. Inputs that move (covariate) leave the truth
 * given the answer as it was; classes that come more often (prior) leave the answer given the truth
 * (as Lipton et al. 2018 take it); a concept leaves the answers. The threshold is what the kind
 * pays for its freedom, ln n for each number (Schwarz 1978): the kind with the smallest sum of both
 * fits best.
 */
export const KIND_TEST: ConceptTest = {
  name: 'kind',
  byDefault: true,
  raisesAlarms: false,
  weight: 0,
  tellsKind: true,
  words: ({ feature, statistic, threshold, detail = '' }) =>
    `${feature} drift would leave chi-square ${rounded(statistic)} unexplained and costs ${rounded(threshold)}${detail ? `: ${detail}` : ''}`,
  run(window, known) {
    const { joint } = window.profile.outputs;
    if (!joint) return { findings: [] };
    const memory = grown(window, joint, known as KindMemory | undefined);
    return { findings: findingsOf(window, joint, memory), memory };
  },
};

function grown({ content, profile }: ConceptWindow, joint: JointReference, known?: KindMemory): KindMemory {
  const { classes } = profile.outputs.layout;
  const { cells, cellOf } = jointCells(joint, classes);
  const before = known?.counts.length === cells ? known : undefined;
  const counts = Array.from({ length: cells }, (_, i) => DECAY * (before?.counts[i] ?? 0));
  let rows = 0;
  for (const { predicted, label, confidence } of content) {
    const cell = cellOf(predicted, classes > 0 ? confidence : predicted, label);
    if (cell < 0) continue;
    counts[cell] = (counts[cell] ?? 0) + 1;
    rows++;
  }
  return {
    counts: counts.map((count) => Math.round(count * 1e3) / 1e3),
    squares: Math.round((DECAY * DECAY * (before?.squares ?? 0) + rows) * 1e3) / 1e3,
  };
}

function findingsOf(
  window: ConceptWindow,
  joint: JointReference,
  { counts, squares }: KindMemory,
): Finding[] {
  const { outputs } = window.profile;
  const { answers, labels } = jointCells(joint, outputs.layout.classes);
  const rows = totalOf(counts);
  if (rows === 0) return [];
  // What windows of the reference vary by more than chance counts for these rows, too.
  const worth = (rows * rows) / Math.max(1e-9, squares) / outputs.score.dispersion;
  const scale = worth / rows;
  const table = { before: joint.counts, now: counts.map((count) => count * scale) };
  const byAnswer = sliced(table, answers, (answer) => [answer * labels, 1, labels]);
  const byLabel = sliced(table, labels, (label) => [label, labels, answers]);
  const answerSums = summed(byAnswer);
  const labelSums = summed(byLabel);
  const cost = Math.log(Math.max(2, worth));
  const finding = (feature: string, statistic: number, free: number, detail: string): Finding => ({
    feature,
    statistic,
    expected: (answers * labels - 1 - free) as number,
    threshold: free * cost,
    pValue: null,
    detail,
    severity: 0,
    drifted: false,
    changePoint: null,
  });
  const apart = (slices: readonly Slice[]): number => slices.reduce((sum, slice) => sum + distance(slice), 0);
  const [moved, conditional] = [distance(answerSums), apart(byAnswer)];
  return [
    finding('no', moved + conditional, 0, ''),
    finding('covariate', conditional, answers - 1, ''),
    finding('prior', apart(byLabel), labels - 1, priorDetail(labelSums, window, joint)),
    finding('concept', moved, answers * (labels - 1), conceptDetail(byAnswer, window, joint)),
  ];
}

interface Slice {
  readonly before: readonly number[];
  readonly now: readonly number[];
}

function sliced(
  { before, now }: Slice,
  count: number,
  place: (i: number) => readonly [from: number, step: number, cells: number],
): Slice[] {
  return Array.from({ length: count }, (_, i) => {
    const [from, step, cells] = place(i);
    const of = (counts: readonly number[]) =>
      Array.from({ length: cells }, (_, cell) => counts[from + cell * step] ?? 0);
    return { before: of(before), now: of(now) };
  });
}

function summed(slices: readonly Slice[]): Slice {
  return { before: slices.map(({ before }) => totalOf(before)), now: slices.map(({ now }) => totalOf(now)) };
}

function distance({ before, now }: Slice): number {
  return chiSquare({ reference: before, window: now, effective: totalOf(now) }, ALPHA).statistic;
}

/** The truth whose share has moved most. */
function priorDetail(
  { before, now }: Slice,
  { profile }: ConceptWindow,
  { labelEdges }: JointReference,
): string {
  const [all, known] = [totalOf(now), totalOf(before)];
  const gains = now.map((count, i) => count / all - (before[i] ?? 0) / Math.max(1, known));
  const label = gains.indexOf(Math.max(...gains));
  const name =
    profile.outputs.layout.classes > 0
      ? `class ${profile.outputs.layout.classNames?.[label] ?? label}`
      : `a truth ${rangeText(labelEdges, label)}`;
  return `${name} makes up ${percent((now[label] ?? 0) / all)} of the labels, ${percent((before[label] ?? 0) / Math.max(1, known))} in the reference`;
}

/** The answers whose truth has moved most. */
function conceptDetail(slices: readonly Slice[], { profile }: ConceptWindow, joint: JointReference): string {
  const { classes, classNames } = profile.outputs.layout;
  const far = slices.map(distance);
  const at = far.indexOf(Math.max(...far));
  const slice = slices[at];
  if (!slice) return '';
  if (classes === 0) return `the truth of answers ${rangeText(joint.answerEdges, at)} has moved most`;
  const parts = joint.answerEdges.length + 1;
  const answer = Math.floor(at / parts);
  const right = ({ now, before }: Slice) =>
    [now, before].map((counts) => percent((counts[answer] ?? 0) / Math.max(1e-9, totalOf(counts))));
  const [now, before] = right(slice);
  const confidence = parts > 1 ? ` with a confidence ${rangeText(joint.answerEdges, at % parts)}` : '';
  return `of the answers ${classNames?.[answer] ?? `class ${answer}`}${confidence} ${now} are right, ${before} in the reference`;
}

function rangeText(edges: readonly number[], bin: number): string {
  const [low, high] = [edges[bin - 1], edges[bin]];
  if (low === undefined) return high === undefined ? 'of any value' : `below ${rounded(high)}`;
  return high === undefined ? `of ${rounded(low)} or more` : `from ${rounded(low)} to ${rounded(high)}`;
}
