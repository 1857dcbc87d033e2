import type { Column, InputColumns } from './column-plan.ts';

/** Columns that a change lists for an input. */
const MOST_COLUMNS = 6;

/**
 * What inputs are made from, for people: one line for all of one column and type, one for each
 * wider one.
 */
export function changesOf(plan: readonly InputColumns[], features: readonly Column[]): string[] {
  const lines = new Map<string, { inputs: string[]; columns: string[] }>();
  for (const { input, columns, inner } of plan) {
    const type = `${input.type ?? 'undeclared'} [${['rows', ...inner].join(', ')}]`;
    const key = columns.length === 1 ? type : `${type} ${input.name}`;
    const line = lines.get(key) ?? { inputs: [], columns: [] };
    line.inputs.push(`${input.name}`);
    line.columns.push(...new Set(columns.map((column) => features[column]?.name ?? '')));
    lines.set(key, line);
  }
  return [...lines].map(([key, { inputs, columns }]) => {
    const type = key.slice(0, key.indexOf(']') + 1);
    const [subject, verb] = inputs.length === 1 ? ['input', 'is'] : ['inputs', 'are'];
    return `${subject} ${listed(inputs)} (${type}) ${verb} made from ${listed(columns)}`;
  });
}

function listed(names: readonly string[]): string {
  const more = names.length - MOST_COLUMNS;
  return names.slice(0, MOST_COLUMNS).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
