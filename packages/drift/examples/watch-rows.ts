import { createStreamEnsemble } from '@driftloop/drift';
import { createStream, stagger } from '@driftloop/drift/generators';

// Toys that are small and red, then toys that are medium or large; the model knows only the first rule.
const stream = createStream({
  concepts: [stagger(0), stagger(2)],
  changes: [{ kind: 'abrupt', at: 2000 }],
  seed: 11,
});
const ensemble = createStreamEnsemble({ categories: stream.categories, classes: 2 });

while (!ensemble.drift && stream.position < 4000) {
  const features = new Float64Array(stream.width);
  const label = stream.next(features);
  const predicted = features[0] === 0 && features[1] === 0 ? 1 : 0;
  const answer = { features, predicted, confidence: 1 };
  // Here the label is known at once; a late one is passed with a later answer, or without one.
  ensemble.update(answer, { ...answer, label });
}

const since = stream.position - (ensemble.changePoint?.best ?? 0);
console.log(`drift at row ${stream.position}, since about row ${since}: ${ensemble.evidence[0]?.text}`);
