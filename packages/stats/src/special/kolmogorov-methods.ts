const SCALE = 2 ** 128;

/**
 * P(D_n ≤ x) by Durbin's matrix (Durbin 1968; Marsaglia, Tsang and Wang, Journal of Statistical
 * Software 8, 2003). Exact; costs (2⌈nx⌉ − 1)³ log n, so for small n x.
 */
export function durbinCdf(n: number, x: number): number {
  const k = Math.ceil(n * x);
  const h = k - n * x;
  const size = 2 * k - 1;
  let base = durbinMatrix(size, h);
  let baseExponent = 0;
  let power = identity(size);
  let exponent = 0;
  const middle = (k - 1) * size + (k - 1);
  for (let rest = n; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) {
      power = multiply(power, base, size);
      exponent += baseExponent;
    }
    base = multiply(base, base, size);
    baseExponent *= 2;
    if ((base[middle] ?? 0) > SCALE) {
      for (let i = 0; i < base.length; i++) base[i] = (base[i] ?? 0) / SCALE;
      baseExponent += 1;
    }
  }
  let result = power[middle] ?? 0;
  for (let i = 1; i <= n; i++) {
    result = (i * result) / n;
    if (result < 1 / SCALE) {
      result *= SCALE;
      exponent -= 1;
    }
  }
  return result * SCALE ** exponent;
}

function durbinMatrix(size: number, h: number): Float64Array {
  const inverseFactorials = new Float64Array(size + 1);
  inverseFactorials[0] = 1;
  for (let i = 1; i <= size; i++) inverseFactorials[i] = (inverseFactorials[i - 1] ?? 0) / i;
  const matrix = new Float64Array(size * size);
  for (let row = 0; row < size; row++) {
    for (let column = 1; column <= Math.min(row + 1, size - 1); column++) {
      matrix[row * size + column] = inverseFactorials[row - column + 1] ?? 0;
    }
  }
  for (let i = 0; i < size - 1; i++) {
    const edge = (1 - h ** (i + 1)) * (inverseFactorials[i + 1] ?? 0);
    matrix[i * size] = edge;
    matrix[(size - 1) * size + (size - 1 - i)] = edge;
  }
  const corner = 1 - 2 * h ** size + Math.max(0, 2 * h - 1) ** size;
  matrix[(size - 1) * size] = corner * (inverseFactorials[size] ?? 0);
  return matrix;
}

function identity(size: number): Float64Array {
  const matrix = new Float64Array(size * size);
  for (let i = 0; i < size; i++) matrix[i * size + i] = 1;
  return matrix;
}

function multiply(a: Float64Array, b: Float64Array, size: number): Float64Array {
  const product = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < size; k++) {
      const factor = a[i * size + k] ?? 0;
      if (factor === 0) continue;
      for (let j = 0; j < size; j++) {
        product[i * size + j] = (product[i * size + j] ?? 0) + factor * (b[k * size + j] ?? 0);
      }
    }
  }
  return product;
}

/**
 * P(D_n ≤ x) by Pomeranz' recursion (Pomeranz, CACM algorithm 487, 1974; Simard and L'Ecuyer 2011,
 * section 2.2): between the points where one of the two boundaries crosses an integer the count
 * grows by a Poisson step, so each row is the previous one convolved with one of three Poisson
 * weights, kept inside the boundaries.
 */
export function pomeranzCdf(n: number, x: number): number {
  const t = n * x;
  const whole = Math.floor(t);
  const fraction = t - whole;
  const near = Math.min(fraction, 1 - fraction);
  const ceiling = fraction > 0 ? 1 : 0;
  const rounding = fraction > 0.5 ? 1 : 0;
  const length = 2 * (whole + 1) + 2;
  const ends = poissonWeights(near / n, length);
  const doubled = poissonWeights((2 * near) / n, length);
  const between = poissonWeights((1 - 2 * near) / n, length);
  // The two boundaries at step i, as the smallest and the largest count allowed.
  const low = (i: number): number => {
    if (i === 0) return 0;
    if (i === 2 * n + 1) return n;
    const step = Math.ceil(i / 2) - 1;
    return Math.max(0, i % 2 === 1 ? step - whole - rounding + 1 : Math.floor(i / 2) - whole);
  };
  const high = (i: number): number => {
    if (i === 0) return 0;
    if (i === 2 * n + 1) return n;
    return Math.min(n, i % 2 === 1 ? (i - 1) / 2 + whole + ceiling - 1 : i / 2 - 1 + whole + rounding);
  };
  let row = new Float64Array(n + 1);
  let next = new Float64Array(n + 1);
  row[0] = 1;
  let from = 0;
  let to = 0;
  let exponent = 0;
  for (let i = 1; i <= 2 * n + 1; i++) {
    const weights = i === 1 || i === 2 * n + 1 ? ends : i % 2 === 1 ? doubled : between;
    const first = low(i);
    const last = high(i);
    let largest = 0;
    next.fill(0);
    for (let j = first; j <= last; j++) {
      let sum = 0;
      for (let m = from; m <= Math.min(to, j); m++) sum += (row[m] ?? 0) * (weights[j - m] ?? 0);
      next[j] = sum;
      if (sum > largest) largest = sum;
    }
    if (largest > 0 && largest < 1 / SCALE) {
      for (let j = first; j <= last; j++) next[j] = (next[j] ?? 0) * SCALE;
      exponent -= 1;
    }
    [row, next] = [next, row];
    from = first;
    to = last;
  }
  let result = row[n] ?? 0;
  for (let m = 1; m <= n; m++) {
    result *= m;
    if (result > SCALE) {
      result /= SCALE;
      exponent += 1;
    }
  }
  return result * SCALE ** exponent;
}

/** λ^m / m! for m < length: Poisson chances without their common factor. */
function poissonWeights(rate: number, length: number): Float64Array {
  const weights = new Float64Array(length);
  weights[0] = 1;
  for (let m = 1; m < length; m++) weights[m] = ((weights[m - 1] ?? 0) * rate) / m;
  return weights;
}

/**
 * P(D_n ≤ x) for large n (five digits at n = 141, more as n grows): the first four terms of the
 * expansion in 1/√n (Pelz and Good, JRSS B 38, 1976), each as a theta series that converges fast
 * for small z = x √n.
 */
export function pelzGoodCdf(n: number, x: number): number {
  const z = Math.sqrt(n) * x;
  const z2 = z * z;
  const z4 = z2 * z2;
  const z6 = z4 * z2;
  const pi2 = Math.PI * Math.PI;
  if (-pi2 / 8 / z2 < -708) return 0;
  let k0 = 0;
  let k1 = 0;
  let k2 = 0;
  let k3 = 0;
  const terms = Math.ceil((16 * z) / Math.PI);
  for (let k = terms; k >= 1; k--) {
    const m2 = (2 * k - 1) ** 2;
    const m4 = m2 * m2;
    const weight = Math.exp((-pi2 * m2) / (8 * z2));
    k0 += weight;
    k1 += weight * ((pi2 / 4) * m2 - z2);
    k2 +=
      weight *
      (6 * z6 + 2 * z4 + (pi2 / 4) * (2 * z4 - 5 * z2) * m2 + ((pi2 * pi2) / 16) * (1 - 2 * z2) * m4);
    k3 +=
      weight *
      ((pi2 ** 3 / 64) * (5 - 30 * z2) * m4 * m2 +
        ((pi2 * pi2) / 16) * (212 * z4 - 60 * z2) * m4 +
        (pi2 / 4) * (135 * z4 - 96 * z6) * m2 -
        30 * z6 -
        90 * z4 * z4);
  }
  let even2 = 0;
  let even3 = 0;
  for (let k = terms; k >= 1; k--) {
    const square = k * k;
    const weight = square * Math.exp((-pi2 * square) / (2 * z2));
    even2 += weight;
    even3 += weight * (3 * z2 - pi2 * square);
  }
  const root = Math.sqrt(2 * Math.PI);
  const first = (root * k0) / z;
  const second = (root * k1) / (6 * z4);
  const third = root * (k2 / (72 * z6 * z) - (pi2 * even2) / (36 * z2 * z));
  const fourth = root * (k3 / (6480 * z6 * z4) + (pi2 * even3) / (216 * z6));
  return first + second / Math.sqrt(n) + third / n + fourth / n ** 1.5;
}
