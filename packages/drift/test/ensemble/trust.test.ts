import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeLabelFree } from '../../src/ensemble/trust.ts';
import { modelWith } from './models.ts';

const policy = { expectedWindowsBetweenFalseAlarms: 10, detectors: [] };

interface Judged {
  readonly value?: number;
  readonly since?: number | null;
  readonly trust?: number;
  /** Evidence of the labels so far. */
  readonly labels?: number;
  /** Start of the window of labels. */
  readonly start?: number;
}

/** Trust in the inputs and in the answers after labels with this e-value, when both stand alike. */
function trustAfter(
  eValue: number,
  { value = 10, since = 1000, trust = 0.5, labels = 0, start = 1000 }: Judged = {},
) {
  const signal = { evidence: { value, since }, trust };
  const model = modelWith({
    signals: {
      data: { ...signal },
      prediction: { ...signal },
      concept: { evidence: { value: labels, since: 0 }, trust: 0.5 },
    },
  });
  judgeLabelFree(model, start, eValue, policy);
  const { data, prediction, concept } = model.signals;
  assert.equal(data.trust, prediction.trust);
  assert.equal(concept.trust, 0.5, 'labels do not judge themselves');
  return data.trust;
}

test('labels that show no loss within the time of drift take three tenths of the trust, down to a tenth', () => {
  assert.equal(trustAfter(1), 0.7 * 0.5);
  assert.equal(trustAfter(0.2, { trust: 0.125 }), 0.1);
});

test('labels that meet the budget add half of the trust, up to all', () => {
  assert.equal(trustAfter(2, { labels: 10 }), 0.75);
  assert.equal(trustAfter(2, { labels: 10, trust: 0.8 }), 1);
  assert.equal(trustAfter(2, { labels: 9.9 }), 0.5);
  // What speaks against a loss now contradicts, whatever came before.
  assert.equal(trustAfter(1, { labels: 10 }), 0.35);
});

test('a signal that does not call drift, or began to only after the labels, is not judged', () => {
  assert.equal(trustAfter(1, { value: 9.9 }), 0.5);
  assert.equal(trustAfter(1, { since: null }), 0.5);
  assert.equal(trustAfter(1, { start: 999 }), 0.5);
});

test('each signal is judged for itself', () => {
  const loud = { evidence: { value: 10, since: 1000 } };
  const model = modelWith({ signals: { data: loud, prediction: { evidence: { value: 1, since: 1000 } } } });
  judgeLabelFree(model, 1000, 1, policy);
  assert.deepEqual([model.signals.data.trust, model.signals.prediction.trust], [0.7, 1]);
});
