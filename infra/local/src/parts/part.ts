import type { PartName } from '../part-name.ts';
import type { PartCommand } from '../processes/part-command.ts';
import type { SecurityVariables } from '../secure/security-variables.ts';

/** One run of a part. */
export interface PartRun {
  /** The part's own folder below the data folder. */
  readonly folder: string;
  /** Its ports, as many as `Part.portCount`; the first one is for clients. */
  readonly ports: readonly number[];
  /**
   * Random; a part that can shows it to its clients, so that a stranger on the same port is not
   * mistaken for it.
   */
  readonly id: string;
  /**
   * Stands in the command line, so that a process can be recognised as this part of this data
   * folder.
   */
  readonly mark: string;
}

/** What differs between the parts. */
export interface Part {
  readonly name: PartName;
  readonly portCount: number;
  /** Fetches what the part needs. Returns what makes a run's configuration and command. */
  prepare(report: (message: string) => void): Promise<(run: PartRun) => Promise<PartCommand>>;
  /** Whether this run answers its clients; false while it does not. */
  isReady(run: PartRun): Promise<boolean>;
  /** What clients are given: `host:port` for Kafka, a URL for the others. */
  url(ports: readonly number[]): string;
  /**
   * Variables by which its clients speak TLS to it and have passwords; absent where they do not.
   */
  security?(ports: readonly number[]): SecurityVariables;
}

/** What every JVM here has in common: little memory, a quick start, no files in /tmp. */
export const JVM_OPTIONS: readonly string[] = [
  '-Xmx256m',
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  '-XX:-UsePerfData',
  '-Djava.awt.headless=true',
];
