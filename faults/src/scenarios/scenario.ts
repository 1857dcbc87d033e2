import type { ServiceName } from '@driftloop/cli';
import type { InputLog } from '@driftloop/invariance';
import type { Random } from '@driftloop/stats';
import type { Aspect } from '../history/differences.ts';
import type { Link } from '../site/links.ts';
import type { Site } from '../site/site.ts';

/** A fault comes before more than this share of the log is written. */
export const LATEST_MOMENT = 0.75;

/** One thing that goes wrong while a log is processed. */
export interface Scenario {
  /** What happens, as a person says it; unique. */
  readonly name: string;
  readonly kind: ScenarioKind;
  /** Links that lead through proxies. @default none */
  readonly links?: readonly Link[];
  /**
   * Whether it disturbs the parts of the stage, and so whoever else is on it. @default false
   */
  readonly alone?: boolean;
  /** Whether it takes disks of its own, which only root may mount. @default false */
  readonly needsMounts?: boolean;
  /**
   * Whether the rest of the log is written while the fault lasts; otherwise when it is over: who
   * writes would feel it too. @default true
   */
  readonly feedsOn?: boolean;
  /** The log in another form, which must lead to the same. @default as it is */
  input?(log: InputLog, random: Random): InputLog;
  /** Breaks something, and mends it. The moment has come when it is called. */
  inject(site: Site): Promise<void>;
  /** More variables for services. */
  environment?(name: ServiceName): Readonly<Record<string, string>>;
  /** What else must hold at the end; problems in words. */
  check?(site: Site): Promise<readonly string[]>;
  /** What must be the same. @default all */
  readonly same?: readonly Aspect[];
}

export type ScenarioKind =
  | 'killed'
  | 'standing still'
  | 'away'
  | 'groups'
  | 'network'
  | 'disks'
  | 'input'
  | 'topics'
  | 'clocks'
  | 'poison';
