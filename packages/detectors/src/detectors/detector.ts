/**
 * A streaming detector of a rise (or any change) of the mean of a stream: errors (1 = wrong),
 * losses or any measurement.
 *
 * A detector that flags drift starts afresh at the next update, so flags, estimation and change
 * point can be read after each update. Nothing is allocated per update.
 */
export interface Detector {
  /** Its name in the registry. */
  readonly name: string;
  /**
   * Takes the next value of the stream.
   *
   * @throws DATA_INVALID if the value is not finite, or lies outside the range that the detector is
   *   made for.
   */
  update(x: number): void;
  /** Whether the last update found a change. */
  readonly drift: boolean;
  /** Whether there is weaker evidence of a change. False for detectors without a warning level. */
  readonly warning: boolean;
  /** What the detector takes for the present mean of the stream; NaN before the first value. */
  readonly estimation: number;
  /**
   * How many of the last samples are taken to be after the change, at least 1; undefined where the
   * detector cannot say.
   */
  readonly changePoint: number | undefined;
  /** Everything the next answers depend on, as JSON. */
  save(): DetectorState;
  /**
   * Goes on where the saved detector stood; the parameters must be the same.
   *
   * @throws DATA_INVALID if the value was not saved by a detector of this kind.
   */
  restore(value: unknown): void;
}

/**
 * The saved state of a detector. Numbers that JSON cannot hold are strings: 'NaN', 'Infinity',
 * '-Infinity'.
 */
export interface DetectorState {
  readonly detector: string;
  readonly [field: string]: SavedNumber | boolean | readonly SavedNumber[];
}

/** A number as JSON can hold it. */
export type SavedNumber = number | string;

/** Parameters by name, as they come from a model's spec. */
export type DetectorParameters = Readonly<Record<string, number | string | boolean>>;

/** What is known of a detector beside its code. */
export interface DetectorKind {
  /** Name in a spec's `drift.detectors`, and that of its instances. */
  readonly name: string;
  /** Whether it watches a version's errors when a spec names no tests. @default false */
  readonly byDefault?: boolean;
  /**
   * False alarms per row with its defaults, as measured with river on five generators and 30 seeds
   * (quality_table.json), or as its own documentation promises. It turns an alarm into a p-value:
   * the chance of one in so many rows. Absent where nobody measured it.
   */
  readonly falseAlarmsPerRow?: number;
  /**
   * Parameters for a stream that follows a reference, by the largest mean in (0, 1) that the
   * reference leaves plausible.
   * @default none
   */
  parametersOf?(mostPlausibleMean: number): DetectorParameters;
  create(parameters?: DetectorParameters): Detector;
}
