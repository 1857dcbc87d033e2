import type { Connections } from '@driftloop/connections';
import type { Logger } from '@driftloop/service';

/** What the newest verdict of each model says. */
export interface NewestDrift {
  /** `stable`, `warning`, `drift`, or `unknown`; undefined for a model without a verdict. */
  of(model: string): string | undefined;
  refresh(models: readonly string[]): Promise<void>;
}

/** Asks ClickHouse; while it does not answer, drift is unknown and everything else goes on. */
export function createNewestDrift(
  warehouse: Pick<Connections['warehouse'], 'verdicts'>,
  logger: Logger,
): NewestDrift {
  const newest = new Map<string, string>();
  return {
    of: (model) => newest.get(model),
    async refresh(models) {
      for (const model of models) {
        try {
          const [verdict] = await warehouse.verdicts(model, { limit: 1 });
          if (verdict === undefined) newest.delete(model);
          else newest.set(model, verdict.state);
        } catch (error) {
          logger.warn({ model, err: error }, 'drift is not known: ClickHouse does not answer');
          newest.set(model, 'unknown');
        }
      }
    },
  };
}
