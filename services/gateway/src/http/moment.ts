import Type from 'typebox';

/**
 * A time of a query: epoch milliseconds or ISO 8601. A decoded query has epoch milliseconds: see
 * `validateByTypeBox`.
 */
export function moment(description: string) {
  return Type.Optional(
    Type.Integer({
      minimum: 0,
      description: `${description}; epoch milliseconds, or ISO 8601 with a zone.`,
      [IS_MOMENT]: true,
    }),
  );
}

/** Marks a schema of a time, for whoever decodes queries. */
export const IS_MOMENT = 'x-moment';

export const SINCE = moment('From then on, inclusive');
export const UNTIL = moment('Until then, exclusive');

/** ISO 8601 with a zone; one without would mean another time on another machine. */
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)$/;

/** The text of a query as epoch milliseconds where it is ISO 8601, else as it is. Pure. */
export function epochOf(text: unknown): unknown {
  if (typeof text !== 'string') return text;
  // A plus sign that was not escaped is a space by now.
  const iso = text.replace(' ', '+');
  if (/^\d{4}-\d\d-\d\d$/.test(iso)) return Date.parse(`${iso}T00:00:00Z`);
  return ISO.test(iso) ? Date.parse(iso) : text;
}
