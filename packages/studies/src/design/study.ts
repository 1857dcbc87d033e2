import { DriftloopError } from '@driftloop/errors';
import Type, { type Static } from 'typebox';
import Value from 'typebox/value';
import { MOST_DIMENSIONS } from './sobol.ts';

const VALUE = Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()]);

const RANGE = Type.Object(
  {
    from: Type.Number(),
    to: Type.Number(),
    /** Whole numbers only. */
    whole: Type.Optional(Type.Boolean()),
    /** Even on a logarithmic scale. */
    log: Type.Optional(Type.Boolean()),
    /** Values of a grid. */
    steps: Type.Optional(Type.Integer({ minimum: 2, maximum: 1_000 })),
  },
  { additionalProperties: false },
);

const DESIGN = Type.Object(
  {
    kind: Type.Union([
      Type.Literal('grid'),
      Type.Literal('random'),
      Type.Literal('sobol'),
      Type.Literal('latinHypercube'),
      Type.Literal('halving'),
    ]),
    /** How many; a grid has as many as its values make. */
    samples: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000 })),
    seed: Type.Optional(Type.Integer({ minimum: 0 })),
    /** Of halving: the best of so many go on, with as many times the rows. */
    factor: Type.Optional(Type.Integer({ minimum: 2, maximum: 10 })),
    /** Of halving: rounds; the last sees the whole slice. */
    rounds: Type.Optional(Type.Integer({ minimum: 2, maximum: 10 })),
  },
  { additionalProperties: false },
);

const BACKTEST = Type.Object(
  {
    model: Type.String({ minLength: 1 }),
    from: Type.Optional(Type.Union([Type.String(), Type.Number()])),
    to: Type.Optional(Type.Union([Type.String(), Type.Number()])),
    train: Type.Optional(Type.Boolean()),
    trainingMs: Type.Optional(Type.Integer({ minimum: 0 })),
    /** Marked drifts. */
    truth: Type.Optional(
      Type.Array(
        Type.Object(
          {
            at: Type.Union([Type.String(), Type.Number()]),
            until: Type.Optional(Type.Union([Type.String(), Type.Number()])),
          },
          { additionalProperties: false },
        ),
      ),
    ),
  },
  { additionalProperties: false },
);

const STEP = Type.Object(
  {
    name: Type.String({ pattern: '^[a-zA-Z][a-zA-Z0-9_-]{0,63}$' }),
    run: Type.String({ minLength: 1 }),
    /** Steps that must be done before. */
    after: Type.Optional(Type.Array(Type.String())),
    /** Once for each sample, or once after all samples of the steps before. */
    for: Type.Optional(Type.Union([Type.Literal('each'), Type.Literal('all')])),
    /** Files that it must leave in its folder. */
    out: Type.Optional(Type.Array(Type.String({ minLength: 1 }))),
    /** JSON file of numbers that it leaves: its result. */
    result: Type.Optional(Type.String({ minLength: 1 })),
    timeoutSeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 86_400 })),
  },
  { additionalProperties: false },
);

const OBJECTIVE = Type.Object(
  { of: Type.String({ minLength: 1 }), wanted: Type.Union([Type.Literal('low'), Type.Literal('high')]) },
  { additionalProperties: false },
);

export const STUDY_SCHEMA = Type.Object(
  {
    study: Type.String({ pattern: '^[a-zA-Z0-9][a-zA-Z0-9._-]{0,63}$' }),
    design: DESIGN,
    parameters: Type.Record(Type.String(), Type.Union([Type.Array(VALUE, { minItems: 1 }), RANGE])),
    backtest: Type.Optional(BACKTEST),
    steps: Type.Optional(Type.Array(STEP, { minItems: 1, maxItems: 100 })),
    objectives: Type.Optional(Type.Array(OBJECTIVE, { minItems: 1 })),
    /** Studies of a higher priority are worked on first. @default 0 */
    priority: Type.Optional(Type.Integer({ minimum: -1_000, maximum: 1_000 })),
    /** Attempts at a job before it has failed. @default 3 */
    attempts: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
    /** How long a worker may be silent before another takes its job, ms. @default 15000 */
    leaseMs: Type.Optional(Type.Integer({ minimum: 500, maximum: 3_600_000 })),
  },
  { additionalProperties: false },
);

/** What a study file says. */
export type Study = Static<typeof STUDY_SCHEMA>;
/** What a parameter may be. */
export type ParameterValue = Static<typeof VALUE>;
export type Range = Static<typeof RANGE>;
export type Step = Static<typeof STEP>;

/**
 * Checks what a study file says.
 *
 * @param name of the file, for the message
 * @throws DriftloopError REQUEST_INVALID naming what is wrong and where
 */
export function checkStudy(parsed: unknown, name: string): Study {
  const wrong = (what: string) =>
    new DriftloopError('REQUEST_INVALID', `${name}: ${what}. See docs/studies.md.`);
  if (!Value.Check(STUDY_SCHEMA, parsed)) {
    const [first] = Value.Errors(STUDY_SCHEMA, parsed);
    throw wrong(`${first?.instancePath || '/'} ${first?.message ?? 'is not a study'}`);
  }
  const { backtest, steps, design, parameters } = parsed;
  if ((backtest === undefined) === (steps === undefined))
    throw wrong('a study has either a backtest or steps');
  if (design.kind !== 'grid' && design.samples === undefined)
    throw wrong(`a ${design.kind} design needs design.samples`);
  if (design.kind === 'halving' && steps)
    throw wrong('successive halving is for backtests: steps have no rows to cut');
  for (const [path, given] of Object.entries(parameters)) {
    if (Array.isArray(given)) continue;
    const { from, to, log, steps: values } = given;
    if (!(to > from)) throw wrong(`parameters/${path} goes from ${from} to ${to}`);
    if (log && !(from > 0)) throw wrong(`parameters/${path} is on a logarithmic scale and begins at ${from}`);
    if (design.kind === 'grid' && values === undefined)
      throw wrong(`parameters/${path} is a range, of which a grid needs steps`);
  }
  checkSteps(steps ?? [], wrong);
  checkSize(parsed, wrong);
  return parsed;
}

/** More than anybody means, and as much as everybody who reads the log can hold. */
const MOST_JOBS = 100_000;
/** Of all samples together. */
const MOST_VALUES = 2_000_000;

/** Looked at before anything is planned: whoever reads the log plans it. */
function checkSize({ design, parameters, steps = [] }: Study, wrong: (what: string) => DriftloopError): void {
  const given = Object.values(parameters);
  if (design.kind === 'sobol' && given.length > MOST_DIMENSIONS)
    throw wrong(
      `a sobol design has at most ${MOST_DIMENSIONS} parameters, this has ${given.length}: use latinHypercube`,
    );
  const samples =
    design.kind === 'grid'
      ? given.reduce((all, one) => all * (Array.isArray(one) ? one.length : (one.steps ?? 2)), 1)
      : (design.samples ?? 0);
  // A round of halving has at most half of those before it.
  const perSample = design.kind === 'halving' ? 2 : Math.max(1, steps.length);
  if (samples * perSample > MOST_JOBS)
    throw wrong(
      `it has up to ${samples * perSample} jobs, more than ${MOST_JOBS}: give fewer samples or values`,
    );
  if (samples * given.length > MOST_VALUES)
    throw wrong(`its samples have ${samples * given.length} values, more than ${MOST_VALUES}: give fewer`);
}

function checkSteps(steps: readonly Step[], wrong: (what: string) => DriftloopError): void {
  const known = new Set<string>();
  for (const { name, after = [], out = [], result } of steps) {
    if (known.has(name)) throw wrong(`two steps are called '${name}'`);
    const missing = after.find((before) => !known.has(before));
    if (missing !== undefined) throw wrong(`step '${name}' comes after '${missing}', which is not before it`);
    const outside = [...out, ...(result ? [result] : [])].find(
      (file) => file.startsWith('/') || file.split('/').includes('..'),
    );
    if (outside !== undefined) throw wrong(`step '${name}' leaves '${outside}', which is not in its folder`);
    known.add(name);
  }
}
