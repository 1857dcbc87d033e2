/**
 * Writes an integer from 0 to 2^53 - 1 as LEB128, at most 8 bytes, into a buffer that has room.
 *
 * @returns the place after it
 */
export function writeUnsigned(bytes: Uint8Array, at: number, value: number): number {
  let place = at;
  let rest = value;
  while (rest >= 0x8000_0000) {
    // Division, not shifts: integers go beyond 32 bits.
    const high = Math.floor(rest / 128);
    bytes[place++] = rest - high * 128 + 128;
    rest = high;
  }
  while (rest >= 128) {
    bytes[place++] = (rest & 127) | 128;
    rest >>>= 7;
  }
  bytes[place++] = rest;
  return place;
}
