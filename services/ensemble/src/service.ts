import { type ConnectedDependencies, type Connections, openConnections } from '@driftloop/connections';
import { createEnsemble, type EnsembleState } from '@driftloop/drift';
import type { Service } from '@driftloop/service';
import { type Output, runFold, type Stage } from '@driftloop/streams';
import type { Config } from './config.ts';

/** The ensemble: a checkpointed fold from drift.signals to drift.verdicts and retrain.commands. */
export function createEnsembleService({
  config,
  logger,
  metrics,
  clock,
  fail,
  connect = openConnections,
}: ConnectedDependencies<Config>): Service {
  const verdicts = metrics.counter('ensemble_verdicts_total', 'Verdicts, by state.', ['model', 'state']);
  const commands = metrics.counter('ensemble_commands_total', 'Commands that were sent, by action.', [
    'model',
    'action',
  ]);
  let connections: Connections | undefined;
  let fold: Stage | undefined;

  return {
    async start() {
      connections = await connect(config, 'ensemble', logger, { clock });
      const { bus, producer, registry } = connections;
      const ensemble = createEnsemble();
      fold = await runFold<'drift.signals', EnsembleState>({
        bus,
        producer,
        service: 'ensemble',
        topic: 'drift.signals',
        format: 1,
        checkpointEveryMs: config.ENSEMBLE_CHECKPOINT_MS,
        logger,
        clock,
        fail,
        createState: ensemble.initial,
        encode: ensemble.encode,
        decode: ensemble.decode,
        async apply(state, records) {
          let current = state;
          const outputs: Output[] = [];
          for (const { value: signal } of records) {
            const entry = registry.model(signal.model);
            if (!entry) continue;
            const result = ensemble.apply(current, signal, entry.spec, clock.now());
            current = result.state;
            const { verdict, command } = result;
            if (verdict) {
              verdicts.inc({ model: verdict.model, state: verdict.state });
              outputs.push({ topic: 'drift.verdicts' as const, key: verdict.model, value: verdict });
            }
            if (command) {
              commands.inc({ model: command.model, action: command.action });
              logger.info(
                { model: command.model, commandId: command.commandId, reasons: command.reasons },
                command.action,
              );
              outputs.push({ topic: 'retrain.commands' as const, key: command.model, value: command });
            }
          }
          return { state: current, outputs };
        },
      });
    },

    async stop() {
      await fold?.stop();
      await connections?.close();
    },

    health: () => ({ ok: fold?.health().ok ?? false, detail: { ...fold?.health().detail } }),
  };
}
