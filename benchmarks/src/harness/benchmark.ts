/** One measured figure, alone or beside a peer measured in the same run. */
export interface Result {
  /** What was measured, for example `predictions`. */
  readonly metric: string;
  readonly value: number;
  /** Unit of value and peerValue, for example `rows/s`. */
  readonly unit: string;
  /** Who was measured beside it. */
  readonly peer?: string;
  readonly peerValue?: number;
  /** How many times better than the peer, above 1 is ahead, whether more or less is better. */
  readonly ratio?: number;
  /** What was asked for, in words, for example `ratio >= 1.5`. */
  readonly bar?: string;
  /** Whether the bar holds. */
  readonly holds?: boolean;
  /** Spread over the samples, in the unit. */
  readonly spread?: { readonly min: number; readonly max: number };
  /** What else was measured of the same thing, for the JSON. */
  readonly figures?: Readonly<Record<string, unknown>>;
}

/** What the command line asked for. */
export interface BenchmarkOptions {
  /** How often to repeat; medians are reported. */
  readonly samples: number;
  /** Run the peers in the same run; their environment is made on first use. */
  readonly peers: boolean;
  /** Names after the benchmark's own: parts of it to run, where it has parts. @default all */
  readonly only?: readonly string[];
  /**
   * How often to do the one thing that a benchmark counts successes of.
   * @default what the benchmark says
   */
  readonly count?: number;
  /** Loops that keep a core busy beside it. @default 0 */
  readonly busy?: number;
  /** The benchmark's own flags, as they were given. */
  readonly flags?: Flags;
}

/** Flags by name, without the dashes. */
export type Flags = Readonly<Record<string, string | boolean | undefined>>;

/** A benchmark: one folder below benchmarks/src, exported as `run` from its index.ts. */
export type Benchmark = (options: BenchmarkOptions) => Promise<Result[]>;

/** What the index.ts of a benchmark exports. */
export interface BenchmarkModule {
  readonly run: Benchmark;
  /** Flags of its own, as `parseArgs` takes them. */
  readonly flags?: Readonly<Record<string, { readonly type: 'string' | 'boolean' }>>;
  /** Its bars are promises: the command ends with 1 when one does not hold. @default false */
  readonly isPromise?: boolean;
}
