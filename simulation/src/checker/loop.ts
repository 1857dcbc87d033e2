import type { InferenceRequest, ModelEvent } from '@driftloop/schemas';
import type { Broker } from '../bus/broker.ts';
import type { Artifacts } from '../store/memory-store.ts';
import { answersOf } from '../workload/models.ts';
import type { Difference } from './compare.ts';

const ENDS: ReadonlySet<ModelEvent['kind']> = new Set([
  'published',
  'canary',
  'shadow',
  'rejected',
  'rolledBack',
]);

/**
 * What holds of every run with a trainer, whatever goes wrong: each command is told to have ended
 * and leads to one version at most, versions count from 1 without a gap, and an answer is what its
 * version answers.
 */
export function checkLoop(broker: Broker, artifacts: Artifacts): Difference[] {
  return [
    ...commandsEndOnce(broker),
    ...versionsCount(broker),
    ...answersAreTheirVersions(broker, artifacts),
  ];
}

function commandsEndOnce(broker: Broker): Difference[] {
  const events = broker.all('model.events').map(({ value }) => value);
  const told = Map.groupBy(broker.all('training.progress'), ({ value }) => value.commandId);
  return [...new Set(broker.all('retrain.commands').map(({ value }) => value.commandId))].flatMap(
    (commandId): Difference[] => {
      const about = `command ${commandId}`;
      const own = events.filter((event) => event.commandId === commandId);
      const candidates = new Set(
        own.filter(({ kind }) => kind === 'candidate').map(({ version }) => version),
      );
      const ends = new Set(
        own
          .filter(({ kind }) => ENDS.has(kind))
          // Said again at another time, it has no effect.
          .map(({ kind, version }) => `${kind} of version ${version}`),
      );
      const phases = (told.get(commandId) ?? []).map(({ value }) => value.phase);
      const isTold = phases.some((phase) =>
        ['published', 'shadow', 'canary', 'rejected', 'failed', 'superseded'].includes(phase),
      );
      return [
        ...(candidates.size > 1
          ? [wrong('contradicted', about, `versions ${[...candidates].join(', ')}`)]
          : []),
        ...(candidates.size === 1 && ends.size === 0
          ? [wrong('lost', about, 'a candidate that was neither published nor in shadow nor rejected')]
          : []),
        ...(candidates.size === 1 && ends.size > 1
          ? [wrong('contradicted', about, [...ends].join(' and '))]
          : []),
        ...(isTold
          ? []
          : [wrong('lost', about, `its end: ${phases.join(', ') || 'nothing was told of it'}`)]),
      ];
    },
  );
}

function versionsCount(broker: Broker): Difference[] {
  const byModel = Map.groupBy(broker.all('model.events'), ({ value }) => value.model);
  return [...byModel].flatMap(([model, records]) => {
    const versions = [...new Set(records.map(({ value }) => value.version))].sort((a, b) => a - b);
    const isGapless = versions.every((version, index) => version === index + 1);
    return isGapless ? [] : [wrong('different', `versions of ${model}`, versions.join(', '))];
  });
}

function answersAreTheirVersions(broker: Broker, artifacts: Artifacts): Difference[] {
  const first = new Map<string, ModelEvent>();
  for (const { value } of broker.all('model.events')) {
    const key = `${value.model}/${value.version}`;
    if (!first.has(key)) first.set(key, value);
  }
  return broker.all('inference.predictions').flatMap(({ value }) => {
    const { model, version, requestPartition, requestOffset, outputs, requestId } = value;
    const asked = broker.records('inference.requests', requestPartition)[requestOffset]?.value;
    const artifact = artifacts.get(first.get(`${model}/${version}`)?.sha256 ?? '');
    const about = `answer ${requestPartition}/${requestOffset}`;
    const expected = asked && artifact && expectedOf(asked, artifact);
    if (!asked || asked.requestId !== requestId || !expected)
      return [wrong('unexpected', about, `${requestId} by version ${version}`)];
    const isRight =
      expected.length === outputs.length &&
      expected.every((output, index) => Object.is(output, outputs[index]));
    return isRight ? [] : [wrong('different', about, `version ${version} answers something else`)];
  });
}

/** What a version answers to a request; of one that others serve, what the request carries. */
function expectedOf(
  { features, answer }: InferenceRequest,
  { manifest, files }: NonNullable<ReturnType<Artifacts['get']>>,
): Float32Array | undefined {
  if (manifest.incumbent) return answer?.outputs;
  const onnx = files['model.onnx'];
  return onnx && answersOf(onnx, manifest.task, features.length, features);
}

function wrong(how: Difference['how'], about: string, found: string): Difference {
  return { how, kind: 'loop', about, found };
}
