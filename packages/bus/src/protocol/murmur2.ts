/**
 * The 32-bit hash of Kafka's Java client (Utils.murmur2), which assigns keys to partitions. Every
 * client that keeps to it puts a key on the same partition.
 */
export function murmur2(key: Uint8Array): number {
  const m = 0x5bd1e995;
  let h = 0x9747b28c ^ key.length;
  const whole = key.length & ~3;
  for (let at = 0; at < whole; at += 4) {
    let k = key[at]! | (key[at + 1]! << 8) | (key[at + 2]! << 16) | (key[at + 3]! << 24);
    k = Math.imul(k, m);
    k ^= k >>> 24;
    h = Math.imul(h, m) ^ Math.imul(k, m);
  }
  const rest = key.length & 3;
  if (rest === 3) h ^= key[whole + 2]! << 16;
  if (rest >= 2) h ^= key[whole + 1]! << 8;
  if (rest >= 1) h = Math.imul(h ^ key[whole]!, m);
  h ^= h >>> 13;
  h = Math.imul(h, m);
  return h ^ (h >>> 15);
}

/**
 * The partition, 0 to `partitions` - 1, on which the Java client's default partitioner puts a key.
 */
export function partitionOfKey(key: Uint8Array, partitions: number): number {
  return (murmur2(key) & 0x7fffffff) % partitions;
}
