import type { PartName } from './part-name.ts';
import type { SecureOptions } from './secure/secure-folder.ts';
import type { SecurityVariables } from './secure/security-variables.ts';

/** What to start and where. */
export interface LocalOptions {
  /**
   * Folder for data, logs and state; made when missing. A later start with the same folder finds
   * the same data.
   */
  readonly dataDir: string;
  /**
   * `false` leaves the part out, a port fixes the one for clients.
   * @default true: on the ports of the last start, or free ones
   */
  readonly kafka?: boolean | { readonly port?: number };
  readonly registry?: boolean | { readonly port?: number };
  readonly clickhouse?: boolean | { readonly port?: number };
  /**
   * The parts live on after this process; end them with `stopLocal(dataDir)`. Parts of this folder
   * that run already are kept.
   * @default false: the parts end with this process, however it ends
   */
  readonly detached?: boolean;
  /**
   * Where Kafka and the registry are kept once fetched.
   * @default `<repository>/.driftloop/cache`
   */
  readonly cacheDir?: string;
  /**
   * How long a part that is not ready yet may neither log nor compute, in ms: beside other work a
   * start takes as long as it takes.
   * @default 120_000
   */
  readonly stallTimeoutMs?: number;
  /** Ends the start: it fails, and what it had begun ends. */
  readonly signal?: AbortSignal;
  /** Removes the data folder when the parts have ended. @default false */
  readonly temporary?: boolean;
  /**
   * TLS and passwords for all parts, made at the first start of the folder and kept there. A folder
   * that was started so once is always started so.
   * @default false
   */
  readonly secure?: boolean | SecureOptions;
  readonly onProgress?: (progress: LocalProgress) => void;
  /** A part ended although nobody stopped it. */
  readonly onPartExit?: (part: LocalPart, reason: string) => void;
}

/** One line of what happens during a start. */
export interface LocalProgress {
  readonly part: PartName;
  readonly message: string;
}

/**
 * The addresses in the variables that every service reads, empty for a part that was left out; and
 * how parts with TLS and passwords are spoken to.
 */
export type LocalEnv = Readonly<Record<AddressVariable, string>> & SecurityVariables;

/** A variable that carries a part's address. */
export type AddressVariable = 'KAFKA_BROKERS' | 'SCHEMA_REGISTRY_URL' | 'CLICKHOUSE_URL';

/** A part that is in use. */
export interface LocalPart {
  readonly name: PartName;
  /** `host:port` for Kafka, a URL for the others. */
  readonly url: string;
  /** Absent for a part that the environment named: it belongs to somebody else. */
  readonly pid?: number;
  readonly log?: string;
  /**
   * Variables by which clients speak TLS to it and have passwords; somebody else's part is spoken
   * to as the environment says.
   */
  readonly security?: SecurityVariables;
}

/** The running parts. */
export interface LocalStack {
  readonly env: LocalEnv;
  readonly parts: readonly LocalPart[];
  /**
   * Ends the parts, except those that the environment named, and leaves the data. May be called
   * again.
   */
  stop(): Promise<void>;
}

/** Which variable carries a part's address. */
export const ENV_NAMES: Readonly<Record<PartName, AddressVariable>> = {
  kafka: 'KAFKA_BROKERS',
  registry: 'SCHEMA_REGISTRY_URL',
  clickhouse: 'CLICKHOUSE_URL',
};

/**
 * The addresses of these parts as environment variables, and how those that run here are spoken to.
 */
export function localEnv(parts: readonly LocalPart[]): LocalEnv {
  const env: Record<AddressVariable, string> = {
    KAFKA_BROKERS: '',
    SCHEMA_REGISTRY_URL: '',
    CLICKHOUSE_URL: '',
  };
  for (const part of parts) env[ENV_NAMES[part.name]] = part.url;
  return Object.assign(env, ...parts.map(({ security }) => security ?? {}));
}
