import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { LabelledAnswers } from '@driftloop/estimates';

/** The folder that the files lie in. */
export const DATA = fileURLToPath(new URL('../../../data', import.meta.url));

/**
 * NannyML's car loans: 50,000 answers of a model with its labels, and 50,000 after them, the last
 * 25,000 of which are of other people.
 */
export function carLoans(): { readonly reference: LabelledAnswers; readonly analysis: LabelledAnswers } {
  const before = columnsOf('nannyml_synthetic_car_loan_reference.csv.gz');
  const after = columnsOf('nannyml_synthetic_car_loan_analysis.csv.gz');
  const labels = columnsOf('nannyml_synthetic_car_loan_analysis_target.csv.gz');
  return {
    reference: {
      probabilities: before('y_pred_proba'),
      predicted: before('y_pred'),
      truth: before('repaid'),
    },
    analysis: { probabilities: after('y_pred_proba'), predicted: after('y_pred'), truth: labels('repaid') },
  };
}

/** Rows of [start, end). */
export function sliceAnswers(rows: LabelledAnswers, start: number, end: number): LabelledAnswers {
  const cut = (values: ArrayLike<number>) => Float64Array.from(values).slice(start, end);
  return { probabilities: cut(rows.probabilities), predicted: cut(rows.predicted), truth: cut(rows.truth) };
}

function columnsOf(file: string): (name: string) => Float64Array {
  const text = gunzipSync(readFileSync(join(DATA, file))).toString('utf8');
  const [header = '', ...lines] = text.trim().split('\n');
  const names = header.trim().split(',');
  const rows = lines.map((line) => line.split(','));
  return (name) => {
    const column = names.indexOf(name);
    if (column < 0) throw new Error(`${file} has no column ${name}.`);
    return Float64Array.from(rows, (row) => Number(row[column]));
  };
}
