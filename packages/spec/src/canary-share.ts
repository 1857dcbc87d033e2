/**
 * Who answers a request. The choice is a hash of the request's id and nothing else, so a replay of
 * the same requests gives the same answers whatever the batches, partitions and instances.
 */

/**
 * Whether the canary answers this request.
 * @param share share of the requests that it answers, 0 to 1
 */
export function goesToCanary(requestId: string, share: number): boolean {
  return share > 0 && hashFraction(requestId) < share;
}

/**
 * Maps an id evenly to [0, 1): FNV-1a over its UTF-16 units, then the finalizer of MurmurHash3 (32
 * bit), since FNV alone leaves ids that differ in the last letter close together. Part of the
 * record: it must not change.
 */
export function hashFraction(requestId: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < requestId.length; index++) {
    hash = Math.imul(hash ^ requestId.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 0x1_0000_0000;
}
