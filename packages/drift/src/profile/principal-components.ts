/**
 * Principal components of standardised rows that together carry at least `share` of their variance.
 *
 * @param covariance symmetric, width × width, row-major; not changed
 * @returns orthonormal rows, largest variance first; none when nothing varies
 */
export function principalComponents(covariance: Float64Array, width: number, share: number): number[][] {
  const { values, vectors } = symmetricEigen(covariance, width);
  const order = values.map((_, i) => i).sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0) || a - b);
  const total = values.reduce((sum, value) => sum + Math.max(0, value), 0);
  const components: number[][] = [];
  let carried = 0;
  for (const i of order) {
    if (total <= 0 || carried >= share * total) break;
    carried += Math.max(0, values[i] ?? 0);
    components.push(Array.from({ length: width }, (_, j) => vectors[j * width + i] ?? 0));
  }
  return components;
}

/**
 * Eigenvalues and eigenvectors (in columns) by cyclic Jacobi rotations (Golub and Van Loan, Matrix
 * Computations, 8.5).
 */
function symmetricEigen(matrix: Float64Array, width: number): { values: number[]; vectors: Float64Array } {
  const a = Float64Array.from(matrix);
  const vectors = new Float64Array(width * width);
  for (let i = 0; i < width; i++) vectors[i * width + i] = 1;
  const at = (i: number, j: number): number => a[i * width + j] ?? 0;
  for (let sweep = 0; sweep < 30; sweep++) {
    let off = 0;
    for (let p = 0; p < width; p++) for (let q = p + 1; q < width; q++) off += at(p, q) ** 2;
    if (off < 1e-20 * width * width) break;
    for (let p = 0; p < width; p++) {
      for (let q = p + 1; q < width; q++) rotate(a, vectors, width, p, q);
    }
  }
  return { values: Array.from({ length: width }, (_, i) => at(i, i)), vectors };
}

function rotate(a: Float64Array, vectors: Float64Array, width: number, p: number, q: number): void {
  const apq = a[p * width + q] ?? 0;
  if (Math.abs(apq) < 1e-300) return;
  const theta = ((a[q * width + q] ?? 0) - (a[p * width + p] ?? 0)) / (2 * apq);
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  turn(a, p, q, width, width, c, s);
  turn(a, p * width, q * width, 1, width, c, s);
  turn(vectors, p, q, width, width, c, s);
}

/** Turns the pair of vectors that start at p and q with the given stride. */
function turn(
  data: Float64Array,
  p: number,
  q: number,
  stride: number,
  count: number,
  c: number,
  s: number,
): void {
  for (let k = 0; k < count; k++) {
    const x = data[p + k * stride] ?? 0;
    const y = data[q + k * stride] ?? 0;
    data[p + k * stride] = c * x - s * y;
    data[q + k * stride] = s * x + c * y;
  }
}
