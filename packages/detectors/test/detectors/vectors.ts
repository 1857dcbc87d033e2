import type { DetectorParameters } from '../../src/index.ts';

/** One run of a river detector. */
export interface DetectorRun {
  detector: string;
  params: Record<string, number | string | boolean | null>;
  detections: number[];
  warning_runs: [number, number][] | null;
  trace: (number | null)[][] | null;
  p_values?: [number, number][];
}

/** streams.json: river's streaming detectors. */
export interface StreamVectors {
  streams: {
    name: string;
    kind: 'bernoulli' | 'real';
    true_changes: number[];
    n: number;
    data: string | number[];
    results: DetectorRun[];
  }[];
}

/** error_streams.json: errors of a Hoeffding tree, and where each detector flagged drift. */
export interface ErrorStreamVectors {
  true_changes: number[];
  streams: { generator: string; seed: number; errors: string; detections: Record<string, number[]> }[];
}

/** The values of a stream: a string of 0 and 1, or numbers. */
export function streamValues(data: string | number[]): number[] {
  return typeof data === 'string' ? Array.from(data, Number) : data;
}

/** river's name in our registry. */
export const NAMES: Readonly<Record<string, string>> = {
  ADWIN: 'adwin',
  DDM: 'ddm',
  EDDM: 'eddm',
  HDDM_A: 'hddm-a',
  HDDM_W: 'hddm-w',
  FHDDM: 'fhddm',
  PageHinkley: 'page-hinkley',
  KSWIN: 'kswin',
};

/** snake_case parameters as ours: camelCase, null (river's "none") left out. */
export function ourParameters(params: DetectorRun['params']): DetectorParameters {
  const ours: Record<string, number | string | boolean> = {};
  for (const [name, value] of Object.entries(params)) {
    if (value !== null) ours[name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())] = value;
  }
  return ours;
}
