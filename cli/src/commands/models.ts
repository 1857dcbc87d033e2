import { requireModel } from '@driftloop/registry';
import type { Command } from 'commander';
import { withConnections } from '../environment/session.ts';
import { renderVersions } from '../output/versions.ts';
import { type CommonOptions, withCommonOptions } from './options.ts';

/** `driftloop models`: what is registered and what became of each version. */
export function addModels(program: Command): void {
  withCommonOptions(program.command('models'))
    .description('list models and their versions')
    .option('--model <name>', 'only this model')
    .addHelpText(
      'after',
      '\nExamples:\n  $ npm run driftloop -- models\n  $ npm run driftloop -- models --model elec --json',
    )
    .action(async (options: CommonOptions & { model?: string }) => {
      const models = await withConnections(options.data, async ({ registry }) =>
        (options.model === undefined ? registry.models() : [requireModel(registry, options.model)]).map(
          ({ spec, state }) => ({
            model: spec.model,
            task: spec.task,
            live: state.live,
            versions: [...state.versions.values()].map(({ applied: _, ...version }) => version),
          }),
        ),
      );
      if (options.json) {
        console.log(JSON.stringify({ models }));
        return;
      }
      console.log(
        renderVersions(
          models.flatMap(({ model, versions }) => versions.map((version) => ({ model, ...version }))),
        ),
      );
    });
}
