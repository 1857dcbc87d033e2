import { createRowWatch } from '@driftloop/detectors';
import { createStream, stagger } from '@driftloop/detectors/generators';

// Toys that are small and red, then toys that are medium or large; the model knows only the first
// rule.
const stream = createStream({
  concepts: [stagger(0), stagger(2)],
  changes: [{ kind: 'abrupt', at: 2000 }],
  seed: 11,
});
const watch = createRowWatch({ categories: stream.categories, classes: 2 });

while (!watch.drift && stream.position < 4000) {
  const features = new Float64Array(stream.width);
  const label = stream.next(features);
  const predicted = features[0] === 0 && features[1] === 0 ? 1 : 0;
  const answer = { features, predicted, confidence: 1 };
  // Here the label is known at once; a late one is passed with a later answer, or without one.
  watch.update(answer, { ...answer, label });
}

const since = stream.position - (watch.changePoint?.best ?? 0);
console.log(`drift at row ${stream.position}, since about row ${since}: ${watch.evidence[0]?.text}`);
