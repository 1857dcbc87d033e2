import { percent } from '../number-text.ts';

/** A value of a chart, as its legend has it. @param isShare whether it is shown in per cent */
export function valueText(value: number | null | undefined, isShare: boolean): string {
  if (value === null || value === undefined) return '–';
  return isShare ? percent(value) : String(Number(value.toPrecision(4)));
}
