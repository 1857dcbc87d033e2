import { DriftloopError } from '@driftloop/errors';
import { type CombinedEvidence, combineEvidence } from '../evidence/combine.ts';
import { FeatureCells } from './feature-cells.ts';
import { LinearScore, type SavedScore } from './linear-score.ts';
import { type SavedEvidence, SplitEvidence } from './split-evidence.ts';
import {
  type Answer,
  answerTables,
  inputTables,
  type LabelledAnswer,
  labelTables,
  type RowTable,
} from './tables.ts';

/** Settings of {@link createRowWatch}. */
export interface RowWatchOptions {
  /** Per feature the number of its categories, 0 for a number. */
  readonly categories: readonly number[];
  /** Number of classes, at least 2. */
  readonly classes: number;
  /** Rows between false alarms that are accepted. @default 50000 */
  readonly expectedRowsBetweenFalseAlarms?: number;
  /**
   * Whether the model stays as it is between alarms. One that learns from row to row changes its
   * own answers and errors, so only inputs, and labels given the inputs, are evidence of a change
   * of the stream. @default true
   */
  readonly fixedModel?: boolean;
  /**
   * Whether labels alone are looked at: inputs and answers are somebody else's. Labelled rows then
   * place the cuts.
   * @default false
   */
  readonly labelsOnly?: boolean;
  /** What labels are called in words. @default labels */
  readonly truths?: string;
  /** What features are called in words. @default their numbers, from 0 */
  readonly names?: readonly string[];
  /**
   * Seven ascending cuts for each number, which share a reference into eight; what stands for a
   * category is not looked at. The watch then needs no first rows.
   * @default quantiles of the first rows
   */
  readonly cuts?: readonly (readonly number[])[];
  /**
   * First rows, which place the cuts of numeric features and are not looked at otherwise.
   * @default 200
   */
  readonly warmup?: number;
  /** Newest rows that count as "before", about. @default 4000 */
  readonly window?: number;
  /** Rows between checks. @default 8 */
  readonly clock?: number;
}

/** A piece of evidence. */
export interface RowEvidence {
  readonly signal: 'data' | 'prediction' | 'concept';
  /** Features that it is about, none where it is about all rows, or how they lie altogether. */
  readonly features: readonly number[];
  /** What changed, in words. */
  readonly text: string;
  /** Share of all evidence, 0 to 1. */
  readonly weight: number;
}

/**
 * Watches one classifier row by row: inputs and answers as they come, labels whenever they come.
 * Like a detector, after drift it starts afresh at the next update; the cuts of its features stay.
 */
export interface RowWatch {
  /**
   * Takes the next answer and a label that has come, of this or of any earlier answer; either may
   * be left out.
   *
   * @throws DATA_INVALID if features are not as many as were announced, or a class is none of them
   */
  update(answer: Answer | undefined, labelled?: LabelledAnswer): void;
  /**
   * Labels alone show a change within the false-alarm budget, or inputs and answers by its square.
   */
  readonly drift: boolean;
  /** All evidence together meets the budget. */
  readonly warning: boolean;
  /** 0 to 1; 0.5 where the budget is met. */
  readonly likelihood: number;
  /** Rows since the change began, with the plausible bounds; undefined without drift or warning. */
  readonly changePoint:
    | { readonly best: number; readonly earliest: number; readonly latest: number }
    | undefined;
  /** What speaks for a change, weightiest first, at most eight. */
  readonly evidence: readonly RowEvidence[];
  /** Everything the next answers depend on, as JSON. */
  save(): unknown;
  /** @throws DATA_INVALID if it was saved by one with other settings */
  restore(saved: unknown): void;
}

/** Distances of neighbouring change points that are considered. */
const RATIO = 1.35;
const MOST_PIECES = 8;
/**
 * Rows that the direction of a class is learnt from: fewer and it is wide of the mark, more and it
 * comes late.
 */
const SCORE_ROWS = 500;
/** More classes than these are not scored one by one. */
const MOST_SCORED = 8;

/**
 * Creates the watch over one classification model. Three detectors over {@link SplitEvidence}:
 * inputs feature by feature, answers with their confidence, and labels given inputs (cells of
 * single features, of pairs, and of the direction in which a class lies) with errors given answers;
 * their evidence is averaged as that of windows is ({@link combineEvidence}).
 *
 * That labels are looked at given the inputs is what makes it quicker than a detector of errors:
 * errors in all rows together hold only a small part of the divergence between two concepts
 * (docs/decisions/row-watch.md).
 *
 * @throws CONFIG_INVALID if a setting makes no sense
 */
export function createRowWatch(options: RowWatchOptions): RowWatch {
  return new Watch(options);
}

class Watch implements RowWatch {
  readonly #classes: number;
  readonly #labelsOnly: boolean;
  readonly #budget: number;
  readonly #width: number;
  readonly #cells: FeatureCells;
  readonly #scores: readonly LinearScore[];
  readonly #inputs: Tracker<Answer>;
  readonly #answers: Tracker<Answer>;
  readonly #labels: Tracker<LabelledAnswer>;
  readonly #fine: Int32Array;
  readonly #coarse: Int32Array;
  readonly #first: Float64Array;
  #warm = 0;
  /** Undefined until someone asks: most rows need no more than the bounds. */
  #combined: CombinedEvidence | undefined;

  constructor(options: RowWatchOptions) {
    const { categories, classes, fixedModel = true, labelsOnly = false, truths = 'labels' } = options;
    const {
      warmup = 200,
      window = 4000,
      clock = 8,
      names = categories.map((_, feature) => `${feature}`),
    } = options;
    const budget = options.expectedRowsBetweenFalseAlarms ?? 50_000;
    require(categories.length > 0, 'categories must name at least one feature');
    require(categories.every(
      (n) => Number.isInteger(n) && n >= 0,
    ), 'categories must be counts, 0 for a number');
    require(Number.isInteger(classes) &&
      classes >= 2, `classes must be an integer of at least 2, not ${classes}`);
    require(budget > 1, `expectedRowsBetweenFalseAlarms must be above 1, not ${budget}`);
    require(Number.isInteger(warmup) && warmup >= 1, `warmup must be at least one row, not ${warmup}`);
    require(Number.isInteger(clock) && clock >= 1, `clock must be at least one row, not ${clock}`);
    require(window >= 2 * clock, `window must be at least two clocks, not ${window}`);
    require(names.length === categories.length, `names must be ${categories.length}, one for each feature`);
    this.#classes = classes;
    this.#labelsOnly = labelsOnly;
    this.#budget = budget;
    this.#width = categories.length;
    this.#cells = new FeatureCells(categories);
    require(options.cuts === undefined ||
      options.cuts.length ===
        categories.length, `cuts must be ${categories.length}, one list for each feature`);
    if (options.cuts) this.#cells.place(options.cuts);
    this.#scores = scoredClasses(options).map(() => new LinearScore(categories, SCORE_ROWS));
    const tracker = <Row>(tables: readonly RowTable<Row>[]) => new Tracker(tables, window, clock);
    this.#inputs = tracker(labelsOnly ? [] : inputTables(this.#cells, names));
    this.#answers = tracker(fixedModel && !labelsOnly ? answerTables(classes) : []);
    this.#labels = tracker(
      labelTables(this.#cells, { features: names, truths }, classes, fixedModel, this.#scores),
    );
    this.#fine = new Int32Array(this.#width);
    this.#coarse = new Int32Array(this.#width);
    this.#first = new Float64Array(options.cuts ? 0 : warmup * this.#width);
  }

  get drift(): boolean {
    return this.#mayDrift() && isDrift(this.#combine());
  }

  get warning(): boolean {
    return !this.drift && this.#combine().evidence >= this.#budget;
  }

  get likelihood(): number {
    return this.#combine().value;
  }

  get changePoint(): { best: number; earliest: number; latest: number } | undefined {
    if (!this.drift && !this.warning) return undefined;
    const { data, prediction, concept } = this.#combine().parts;
    if (concept >= Math.max(data, prediction)) return this.#labels.evidence.since;
    return (data >= prediction ? this.#inputs : this.#answers).evidence.since;
  }

  get evidence(): readonly RowEvidence[] {
    const { evidence, parts } = this.#combine();
    if (evidence <= 0) return [];
    return [
      ...this.#inputs.pieces('data', parts.data / evidence),
      ...this.#answers.pieces('prediction', parts.prediction / evidence),
      ...this.#labels.pieces('concept', parts.concept / evidence),
    ]
      .sort((a, b) => b.weight - a.weight)
      .slice(0, MOST_PIECES);
  }

  update(answer: Answer | undefined, labelled?: LabelledAnswer): void {
    if (answer) this.#requireRow(answer);
    if (labelled) this.#requireLabelled(labelled);
    if (this.drift) this.#restart();
    if (this.#warm < this.#first.length / this.#width) {
      const first = this.#labelsOnly ? labelled : answer;
      if (first) this.#warmUp(first);
      return;
    }
    if (answer && !this.#labelsOnly) {
      this.#place(answer);
      this.#inputs.add(answer, this.#fine, this.#coarse);
      this.#answers.add(answer, this.#fine, this.#coarse);
    }
    if (labelled) {
      this.#place(labelled);
      this.#labels.add(labelled, this.#fine, this.#coarse);
      this.#learnScores(labelled);
    }
    this.#combined = undefined;
  }

  save(): unknown {
    const saved = (x: number) => (Number.isFinite(x) ? x : null);
    return {
      format: FORMAT,
      tables: this.#description(),
      warm: this.#warm,
      first: Array.from(this.#first.subarray(0, this.#warm * this.#width), saved),
      cuts: Array.from(this.#cells.cuts, saved),
      scores: this.#scores.map((score) => score.save()),
      inputs: this.#inputs.evidence.save(),
      answers: this.#answers.evidence.save(),
      labels: this.#labels.evidence.save(),
    };
  }

  restore(value: unknown): void {
    const saved = value as Saved;
    if (saved?.format !== FORMAT || saved.tables !== this.#description()) {
      throw new DriftloopError(
        'DATA_INVALID',
        'The saved state belongs to a row watch with other settings; start afresh or restore what it saved itself.',
      );
    }
    this.#warm = saved.warm;
    saved.first.forEach((x, i) => {
      this.#first[i] = x ?? Number.NaN;
    });
    saved.cuts.forEach((x, i) => {
      this.#cells.cuts[i] = x ?? Number.NaN;
    });
    saved.scores.forEach((score, i) => {
      this.#scores[i]?.restore(score);
    });
    this.#inputs.evidence.restore(saved.inputs);
    this.#answers.evidence.restore(saved.answers);
    this.#labels.evidence.restore(saved.labels);
    this.#combined = undefined;
  }

  #description(): string {
    return [this.#inputs, this.#answers, this.#labels].map(({ description }) => description).join(';');
  }

  #warmUp({ features }: Answer): void {
    for (let f = 0; f < this.#width; f++)
      this.#first[this.#warm * this.#width + f] = features[f] ?? Number.NaN;
    this.#warm++;
    if (this.#warm * this.#width === this.#first.length) this.#cells.learn(this.#warm, this.#first);
  }

  #place({ features }: Answer): void {
    for (let f = 0; f < this.#width; f++) {
      const fine = this.#cells.fine(f, features[f] ?? Number.NaN);
      this.#fine[f] = fine;
      this.#coarse[f] = this.#cells.coarse(f, fine);
    }
  }

  /** A row is counted before it is learnt from: it never helps to place itself. */
  #learnScores({ features, label }: LabelledAnswer): void {
    const only = this.#scores.length === 1;
    this.#scores.forEach((score, i) => {
      score.learn(features, Number(label === (only ? 1 : i)));
    });
  }

  #combine(): CombinedEvidence {
    this.#combined ??= this.#combinedBy(({ value }) => value);
    return this.#combined;
  }

  /** Whether the bounds leave room for drift. */
  #mayDrift(): boolean {
    return this.#combined !== undefined || isDrift(this.#combinedBy(({ atMost }) => atMost));
  }

  #combinedBy(strengthOf: (evidence: SplitEvidence) => number): CombinedEvidence {
    const strengths = {
      data: strengthOf(this.#inputs.evidence),
      prediction: strengthOf(this.#answers.evidence),
      concept: strengthOf(this.#labels.evidence),
    };
    return combineEvidence(strengths, this.#budget);
  }

  #restart(): void {
    for (const { evidence } of [this.#inputs, this.#answers, this.#labels]) evidence.restart();
    this.#combined = undefined;
    for (const score of this.#scores) score.restart();
  }

  #requireRow({ features, predicted }: Answer): void {
    if (features.length !== this.#width)
      throw dataInvalid(`a row has ${features.length} features, ${this.#width} were announced`);
    this.#requireClass(predicted, 'answer');
  }

  #requireLabelled(labelled: LabelledAnswer): void {
    this.#requireRow(labelled);
    this.#requireClass(labelled.label, 'label');
  }

  #requireClass(value: number, what: string): void {
    if (!(Number.isInteger(value) && value >= 0 && value < this.#classes))
      throw dataInvalid(`the ${what} ${value} is none of the classes 0 to ${this.#classes - 1}`);
  }
}

function isDrift({ confirmedByLabels, isFarStronger }: CombinedEvidence): boolean {
  return confirmedByLabels || isFarStronger;
}

/** Tables of one signal, and the evidence in them. */
class Tracker<Row> {
  readonly evidence: SplitEvidence;
  readonly #tables: readonly RowTable<Row>[];
  readonly #indices: Int32Array;

  constructor(tables: readonly RowTable<Row>[], window: number, clock: number) {
    this.#tables = tables;
    this.#indices = new Int32Array(tables.length);
    this.evidence = new SplitEvidence(tables, window, clock, RATIO);
  }

  /** Shape of the tables, to compare saved states. */
  get description(): string {
    return this.#tables.map(({ cells, categories }) => `${cells}x${categories}`).join(',');
  }

  add(row: Row, fine: Int32Array, coarse: Int32Array): void {
    for (let t = 0; t < this.#tables.length; t++)
      this.#indices[t] = this.#tables[t]?.place(row, fine, coarse) ?? -1;
    this.evidence.add(this.#indices);
  }

  pieces(signal: RowEvidence['signal'], share: number): RowEvidence[] {
    const { value, parts } = this.evidence;
    if (value <= 0) return [];
    return this.#tables.map(({ name, features }, t) => ({
      signal,
      features,
      text: `${name} changed`,
      weight: Math.round((1e4 * share * (parts[t] ?? 0)) / value) / 1e4,
    }));
  }
}

/** Classes towards which rows are scored: of two, one says it all. */
function scoredClasses({ categories, classes }: RowWatchOptions): number[] {
  if (!LinearScore.covers(categories) || classes > MOST_SCORED) return [];
  return classes === 2 ? [1] : Array.from({ length: classes }, (_, label) => label);
}

/** Version of the saved state. */
const FORMAT = 3;

interface Saved {
  readonly format: number;
  readonly tables: string;
  readonly warm: number;
  readonly first: readonly (number | null)[];
  readonly cuts: readonly (number | null)[];
  readonly scores: readonly SavedScore[];
  readonly inputs: SavedEvidence;
  readonly answers: SavedEvidence;
  readonly labels: SavedEvidence;
}

function require(isFine: boolean, what: string): void {
  if (!isFine) throw new DriftloopError('CONFIG_INVALID', `Of the row watch ${what}.`);
}

function dataInvalid(what: string): DriftloopError {
  return new DriftloopError('DATA_INVALID', `The row watch cannot take a row: ${what}.`);
}
