import { type AnswerExpectation, answerExpectation, parseReferenceProfile } from '@driftloop/drift';
import { DriftloopError } from '@driftloop/errors';
import { losesProfile, type ModelEntry, type Registry } from '@driftloop/registry';
import { fitProblem, outputWidthsOf, rowWidthOf, textColumnsOf } from '@driftloop/spec';
import type { SessionPool } from '../sessions/session-pool.ts';
import type { ServedVersion } from './route.ts';

/**
 * Fetches a version's artifact, checks it, loads it and warms it up.
 *
 * @param avoid thread that must not be held up
 * @throws DriftloopError ARTIFACT_MISSING, ARTIFACT_CORRUPT, ARTIFACTS_UNAVAILABLE, MODEL_INVALID
 */
export async function loadVersion(
  { spec }: ModelEntry,
  version: number,
  { registry, pool }: { registry: Registry; pool: SessionPool },
  avoid?: number,
): Promise<ServedVersion> {
  const artifact = await registry.artifact(spec.model, version);
  const { input, texts, output, task, incumbent } = artifact.manifest;
  const width = rowWidthOf(spec);
  const textSlots = textColumnsOf(spec.features)?.slots ?? [];
  const problem = fitProblem(artifact.manifest, spec);
  if (problem !== undefined)
    throw new DriftloopError(
      'MODEL_INVALID',
      `Version ${version} of model '${spec.model}' ${problem}. Publish a version for the new spec.`,
    );
  const expectation = await expectationOf(registry, spec.model, version, width);
  if (incumbent) return { version, width, textSlots, session: undefined, incumbent, expectation };
  const onnx = await artifact.file('model.onnx');
  const session = await pool.load(
    {
      name: `${spec.model} ${version}`,
      onnx,
      task,
      input: input.name,
      texts: texts && { input: texts.name, slots: textSlots },
      output: output.name,
      width,
      outputWidths: outputWidthsOf(spec),
    },
    avoid,
  );
  return { version, width, textSlots, session, expectation, sizeBytes: onnx.byteLength };
}

/** A version whose profile is lost answers all the same: its answers only say less. */
async function expectationOf(
  registry: Registry,
  model: string,
  version: number,
  width: number,
): Promise<AnswerExpectation | undefined> {
  try {
    return answerExpectation(parseReferenceProfile(await registry.profile(model, version)), width);
  } catch (error) {
    if (losesProfile(error)) return undefined;
    throw error;
  }
}
