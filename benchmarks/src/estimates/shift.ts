import {
  chanceOf,
  createExpecter,
  type Expecter,
  estimatePerformance,
  fitCbpe,
  fitExpectation,
} from '@driftloop/estimates';
import { createRandom } from '@driftloop/stats';
import type { Result } from '../harness/benchmark.ts';
import { PLANTED, PLANTED_CHUNK_ROWS, PLANTED_WIDTH, type PlantedRows, planted } from './planted.ts';

/**
 * How far estimated accuracies are from what labels say under planted covariate shift: expectations
 * that follow the inputs beside CBPE, ours and NannyML's.
 */
export function benchShift(peer: ReadonlyMap<string, number>): Result[] {
  return PLANTED.map((kind) => {
    const { reference, analysis } = planted(kind);
    const { predicted, truth, outputs, features } = reference;
    const expect = createExpecter(
      fitExpectation({ features, width: PLANTED_WIDTH, outputs, predicted, truth, classes: 2 }).expectation,
    );
    const cbpe = fitCbpe(
      { probabilities: outputs, predicted, truth },
      { classes: 2, chunkSize: PLANTED_CHUNK_ROWS, random: createRandom(1) },
    );
    const gapOf = (estimate: (chunk: PlantedRows) => number) =>
      analysis.reduce((sum, chunk) => sum + Math.abs(estimate(chunk) - rightOf(chunk)) / analysis.length, 0);
    const value = gapOf((chunk) => expectedRight(chunk, expect));
    const ours = gapOf(
      (chunk) =>
        estimatePerformance(cbpe, { probabilities: chunk.outputs, predicted: chunk.predicted }).accuracy
          .estimated,
    );
    const live = peer.get(`planted ${kind}`);
    const peerValue = live ?? ours;
    return {
      metric: `shift: accuracy where inputs move (${kind}), mean |estimated - realised|`,
      value,
      unit: 'of 1',
      peer: live === undefined ? 'CBPE of packages/estimates' : 'NannyML CBPE',
      peerValue,
      ratio: peerValue / value,
      bar: 'ratio > 1',
      holds: peerValue > value,
      figures: { cbpe: ours },
    };
  });
}

function rightOf({ predicted, truth }: PlantedRows): number {
  return predicted.reduce((sum, answer, row) => sum + Number(answer === truth[row]), 0) / predicted.length;
}

function expectedRight({ features, outputs, predicted }: PlantedRows, expect: Expecter): number {
  const target = new Float32Array(1);
  let sum = 0;
  for (const [row, answer] of predicted.entries()) {
    expect(features, row * PLANTED_WIDTH, outputs, row, target, 0);
    sum += chanceOf(target, answer);
  }
  return sum / predicted.length;
}
