import type { EvidenceRow } from '../../queries/history.ts';

/** A row of the heatmap: a signal, of one feature or of all together. */
export interface HeatRow {
  readonly signal: string;
  readonly feature: string;
  readonly label: string;
}

/** Severities of rows by windows. */
export interface Heat {
  readonly rows: readonly HeatRow[];
  /** Begins of the windows, epoch ms, oldest first. */
  readonly windows: readonly number[];
  /** By row and window; undefined where nothing was tested. */
  readonly cells: readonly (readonly (EvidenceRow | undefined)[])[];
}

const SIGNALS = ['concept', 'prediction', 'data'];

/**
 * Arranges evidence: signals about all features first, then features by their strongest evidence.
 * Pure.
 */
export function heatOf(evidence: readonly EvidenceRow[]): Heat {
  const windows = [...new Set(evidence.map(({ windowStart }) => windowStart))].sort((a, b) => a - b);
  const columnOf = new Map(windows.map((at, column) => [at, column]));
  const rows = new Map<string, { readonly row: HeatRow; readonly cells: (EvidenceRow | undefined)[] }>();
  for (const one of evidence) {
    const { signal, feature } = one;
    const key = `${signal}/${feature}`;
    const found = rows.get(key) ?? {
      row: { signal, feature, label: feature === '' ? `${signal}: all` : feature },
      cells: Array.from<EvidenceRow | undefined>({ length: windows.length }),
    };
    rows.set(key, found);
    const column = columnOf.get(one.windowStart) ?? 0;
    // Two versions may have been tested in one window.
    const before = found.cells[column];
    if (before === undefined || one.severity >= before.severity) found.cells[column] = one;
  }
  const strongest = (cells: readonly (EvidenceRow | undefined)[]) =>
    Math.max(...cells.map((cell) => cell?.severity ?? 0));
  const ordered = [...rows.values()].sort(
    (one, other) =>
      Number(one.row.feature !== '') - Number(other.row.feature !== '') ||
      SIGNALS.indexOf(one.row.signal) - SIGNALS.indexOf(other.row.signal) ||
      strongest(other.cells) - strongest(one.cells) ||
      one.row.label.localeCompare(other.row.label),
  );
  return { windows, rows: ordered.map(({ row }) => row), cells: ordered.map(({ cells }) => cells) };
}

/** The evidence of one window, strongest first. Pure. */
export function evidenceIn(evidence: readonly EvidenceRow[], windowStart: number): EvidenceRow[] {
  return evidence
    .filter((one) => one.windowStart === windowStart)
    .sort((one, other) => other.severity - one.severity);
}
