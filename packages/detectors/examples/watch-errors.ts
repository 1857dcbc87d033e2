import { createDetector } from '@driftloop/detectors';
import { createStream, stagger } from '@driftloop/detectors/generators';

// Toys that are small and red, then toys that are medium or large; the model knows only the first
// rule.
const stream = createStream({
  concepts: [stagger(0), stagger(2)],
  changes: [{ kind: 'abrupt', at: 2000 }],
  seed: 11,
});
const detector = createDetector('glr-bernoulli', { threshold: 8 });
const toy = new Float64Array(stream.width);

while (!detector.drift && stream.position < 4000) {
  const label = stream.next(toy);
  const answer = toy[0] === 0 && toy[1] === 0 ? 1 : 0;
  detector.update(answer === label ? 0 : 1);
}

const since = stream.position - (detector.changePoint ?? 0);
console.log(`drift at row ${stream.position}, since about row ${since}, error rate ${detector.estimation}`);

// A detector goes on where another one stood.
const restored = createDetector('glr-bernoulli', { threshold: 8 });
restored.restore(JSON.parse(JSON.stringify(detector.save())));
console.log(`restored: ${restored.drift}`);
