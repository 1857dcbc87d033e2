import type { ModelSpec } from '@driftloop/schemas';
import { type ToldLabel, targetsOf } from '@driftloop/spec';
import type { LabelBody } from './request-bodies.ts';

/**
 * A label as a caller writes it, as it is told on Kafka: a number, the name of a class, and of
 * several targets a list of values, a list of the labels that apply, or values by name. Whether it
 * is one of the model is not looked at. Pure.
 */
export function toldLabel(label: LabelBody['label'], spec: ModelSpec): ToldLabel {
  if (typeof label === 'number') return { label };
  if (typeof label === 'string') return { label: 0, labelName: label };
  const targets = targetsOf(spec);
  if (!Array.isArray(label)) {
    const isKnown = Object.keys(label).every((name) => targets.includes(name));
    // A name that is no target makes it no label, like one that is missing.
    return { label: 0, values: isKnown ? targets.map((name) => label[name] ?? Number.NaN) : [Number.NaN] };
  }
  const names = label.filter((one) => typeof one === 'string');
  // An empty list of a multilabel model: none of them applies.
  if (label.length === 0 && spec.task === 'multilabel') return { label: 0, values: targets.map(() => 0) };
  if (names.length === label.length) return { label: 0, labelNames: names };
  return { label: 0, values: label.map((one) => (typeof one === 'number' ? one : Number.NaN)) };
}
