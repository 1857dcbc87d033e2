const MANTISSA_BITS = 10;
const EXPONENT_BIAS = 15;
const ALL_ONES = 0x1f;

/** The number that the 16 bits of an IEEE 754 half float mean. */
export function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> MANTISSA_BITS) & ALL_ONES;
  const fraction = (bits & 0x3ff) / 2 ** MANTISSA_BITS;
  if (exponent === ALL_ONES) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0
    ? sign * fraction * 2 ** (1 - EXPONENT_BIAS)
    : sign * (1 + fraction) * 2 ** (exponent - EXPONENT_BIAS);
}
