import type { Health, Reading } from '@driftloop/service';

/** A part of what `up` runs, as `status` sees it. */
export interface Part {
  readonly name: string;
  /**
   * `running` is a process that does not do its work (yet). `given up` ended too often in a row, or
   * would end the same way; `stopped` also waits for its next start.
   */
  readonly state: 'ready' | 'running' | 'stopped' | 'given up';
  /** Why it is not ready, in words. */
  readonly why?: string;
  /** What it cannot do although it is ready, in sentences. */
  readonly without?: readonly string[];
  readonly pid?: number;
  readonly url?: string;
  readonly log?: string;
  /** How often it ended without having been asked to, and was started again. */
  readonly restarts?: number;
  /** When and why it ended last. */
  readonly lastEndAt?: number;
  readonly reason?: string;
  /** What it reads, and how far it is behind. */
  readonly reading?: readonly Reading[];
  /** Of inference: by model, what it answers with. */
  readonly serves?: Readonly<Record<string, Served>>;
}

/** What one process answers a model's requests with. */
export interface Served {
  /** The version that is to be live, as the process knows it; null for none. */
  readonly live: number | null;
  /** The version that it answers with. */
  readonly serving: number | null;
  readonly canary: number | null;
  readonly shadows: readonly number[];
  /** Versions that cannot be loaded, and why. */
  readonly failed: Readonly<Record<string, { readonly code: string; readonly reason: string }>>;
}

/** What a service's readiness says about it. @param health undefined where it does not answer */
export function partOf(known: Pick<Part, 'name' | 'pid' | 'url' | 'log'>, health: Health | undefined): Part {
  if (health === undefined) return { ...known, state: 'running', why: 'Its health check does not answer.' };
  const { reason, state, models } = health.detail as {
    reason?: unknown;
    state?: unknown;
    models?: Readonly<Record<string, Served>>;
  };
  const why = typeof reason === 'string' ? reason : `It is ${String(state)}.`;
  return {
    ...known,
    state: health.ok ? 'ready' : 'running',
    ...(health.ok ? {} : { why }),
    ...(health.without?.length ? { without: health.without } : {}),
    ...(health.reading ? { reading: health.reading } : {}),
    ...(known.name === 'inference' && models ? { serves: models } : {}),
  };
}

/** How far a part is behind over all that it reads; undefined where it reads nothing. */
export function lagOf({ reading }: Pick<Part, 'reading'>): { rows: number; ms: number | null } | undefined {
  if (reading === undefined || reading.length === 0) return undefined;
  const ages = reading.map(({ lagMs }) => lagMs);
  return {
    rows: reading.reduce((sum, { lag }) => sum + lag, 0),
    ms: ages.includes(null) ? null : Math.max(...ages.map(Number)),
  };
}
