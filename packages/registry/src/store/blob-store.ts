/**
 * Where artifacts lie: bytes by their SHA-256. Adapters only move bytes; the artifact store checks
 * them.
 */
export interface BlobStore {
  /**
   * Stores bytes under their hash. Safe to repeat and to call at the same time from several
   * processes.
   */
  put(sha256: string, bytes: Uint8Array): Promise<void>;
  /** @returns the bytes as they are, unchecked; undefined if there are none */
  get(sha256: string): Promise<Uint8Array | undefined>;
  /** Where a blob is, for people and for events. */
  uri(sha256: string): string;
}

/** A blob's path below the root: two letters of its hash spread the blobs over 256 folders. */
export function blobPath(sha256: string): string {
  return `sha256/${sha256.slice(0, 2)}/${sha256}`;
}
