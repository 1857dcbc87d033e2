/** Equal cells that the range of a feature's edges is cut into. */
export const CELLS = 512;
/** Entries per feature: one more than cells, so that a cell's end is the next one's begin. */
export const CELL_STRIDE = CELLS + 1;

/**
 * The edges of all features, and for each a grid that says between which edges the values of a cell
 * lie: a lookup and a step or two instead of a search by halving, whose every step is a branch that
 * a processor cannot foresee.
 */
export interface EdgeIndex {
  /** Edges of all features one after the other. */
  readonly edges: Float32Array;
  /** Where each feature's edges begin, and where the last one's end. */
  readonly firstEdge: Int32Array;
  /** Per feature and cell: how many edges surely are not above a value of the cell. */
  readonly cells: Uint16Array;
  /** First edge of each feature. */
  readonly lowest: Float64Array;
  /** Cells per unit of each feature's values; 0 where there is no range. */
  readonly cellsPerUnit: Float64Array;
}

/** Creates the index of several features' ascending edges. */
export function createEdgeIndex(edgesOf: readonly (readonly number[])[]): EdgeIndex {
  const width = edgesOf.length;
  const firstEdge = new Int32Array(width + 1);
  const cells = new Uint16Array(width * CELL_STRIDE);
  const lowest = new Float64Array(width);
  const cellsPerUnit = new Float64Array(width);
  edgesOf.forEach((edges, i) => {
    firstEdge[i + 1] = (firstEdge[i] ?? 0) + edges.length;
    const low = edges[0] ?? 0;
    const range = (edges.at(-1) ?? 0) - low;
    const perUnit = range > 0 && Number.isFinite(CELLS / range) ? CELLS / range : 0;
    lowest[i] = low;
    cellsPerUnit[i] = perUnit;
    // The first cell also takes what lies below the edges, the last one what lies above.
    let edge = 0;
    for (let cell = 1; cell < CELLS; cell++) {
      while (edge < edges.length && cellOf(edges[edge] ?? 0, low, perUnit) < cell) edge++;
      cells[i * CELL_STRIDE + cell] = edge;
    }
    cells[i * CELL_STRIDE + CELLS] = edges.length;
  });
  return { edges: Float32Array.from(edgesOf.flat()), firstEdge, cells, lowest, cellsPerUnit };
}

/** The same arithmetic as the sketch's, so that an edge and a value equal to it share a cell. */
function cellOf(value: number, low: number, perUnit: number): number {
  const position = (value - low) * perUnit;
  return position > 0 ? Math.min(CELLS - 1, Math.floor(position)) : 0;
}
