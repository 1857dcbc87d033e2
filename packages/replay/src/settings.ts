import { metricsOf, TEST_NAMES } from '@driftloop/drift';
import { type ModelSpec, SCHEMAS } from '@driftloop/schemas';
import { isFromSketches } from './sketches.ts';

/** A setting of a model that a replay of sketches may be given another value of. */
export interface Setting {
  /** Dotted path in the spec. */
  readonly path: string;
  /**
   * flag: true or false; whole, number; text; names: a list of `choices`; versions: a list of
   * versions; limits: a list of `{ metric, value }`, its metrics among `choices`.
   */
  readonly kind: 'flag' | 'whole' | 'number' | 'text' | 'names' | 'versions' | 'limits';
  /** As the spec has it. */
  readonly value: unknown;
  /** What it is, in words; from the spec's schema. */
  readonly meaning: string;
  readonly choices: readonly string[];
}

/** Parts of a spec that say how a model is looked after, what verdicts hang on most first. */
const PARTS = ['drift', 'window', 'retrain', 'rollout'] as const;
/** How a candidate is trained: no verdict hangs on it. */
const OF_TRAINING: readonly string[] = ['retrain.strategy', 'retrain.maxSeconds', 'retrain.maxSteps'];

/** What of a model's spec may be another where its sketches are judged again. Pure. */
export function settingsOf(spec: ModelSpec): Setting[] {
  const { fields } = JSON.parse(SCHEMAS['model.specs']) as AvroRecord;
  return PARTS.flatMap((part) => {
    const type = fields.find(({ name }) => name === part)?.type;
    const values: Readonly<Record<string, unknown>> = { ...spec[part] };
    return isRecord(type)
      ? type.fields
          .filter(({ name }) => Object.hasOwn(values, name))
          .map((field) => settingOf(spec, `${part}.${field.name}`, field, values[field.name]))
      : [];
  }).filter(({ path }) => isFromSketches(path) && !OF_TRAINING.includes(path));
}

function settingOf(spec: ModelSpec, path: string, { type, doc = '' }: AvroField, value: unknown): Setting {
  const kind = kindOf(type);
  return { path, kind, value, meaning: doc, choices: choicesOf(spec, kind) };
}

function choicesOf(spec: ModelSpec, kind: Setting['kind']): readonly string[] {
  if (kind === 'names') return Object.values(TEST_NAMES).flat();
  return kind === 'limits' ? metricsOf(spec) : [];
}

/** As much of an Avro schema as the parts of a spec have. */
interface AvroField {
  readonly name: string;
  readonly doc?: string;
  readonly type: unknown;
}
interface AvroRecord {
  readonly fields: readonly AvroField[];
}

function isRecord(type: unknown): type is AvroRecord {
  return typeof type === 'object' && type !== null && 'fields' in type && Array.isArray(type.fields);
}

function kindOf(type: unknown): Setting['kind'] {
  if (typeof type === 'object' && type !== null && 'items' in type) {
    if (type.items === 'int') return 'versions';
    return type.items === 'string' ? 'names' : 'limits';
  }
  if (type === 'boolean') return 'flag';
  if (type === 'int' || type === 'long') return 'whole';
  return type === 'double' ? 'number' : 'text';
}
