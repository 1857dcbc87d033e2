import type { BusRecord } from '@driftloop/bus';

/** A hash of everything that was written and when, to tell one history from another. */
export class Digest {
  #low = 0x811c9dc5;
  #high = 0x9747b28c;

  add(nowMs: number, { topic, partition, offset, key, value }: BusRecord): void {
    this.#text(`${nowMs}/${topic}/${partition}/${offset}/${key}`);
    for (const field of Object.values(value)) {
      if (typeof field === 'number' || typeof field === 'string') this.#text(String(field));
      else if (ArrayBuffer.isView(field))
        this.#bytes(new Uint8Array(field.buffer, field.byteOffset, field.byteLength));
    }
  }

  value(): string {
    const hex = (word: number) => (word >>> 0).toString(16).padStart(8, '0');
    return hex(this.#high) + hex(this.#low);
  }

  #text(text: string): void {
    for (let i = 0; i < text.length; i++) this.#word(text.charCodeAt(i));
  }

  #bytes(bytes: Uint8Array): void {
    for (const byte of bytes) this.#word(byte);
  }

  #word(word: number): void {
    this.#low = Math.imul(this.#low ^ word, 0x01000193);
    this.#high = Math.imul(this.#high ^ word, 0x85ebca6b) ^ (this.#low >>> 15);
  }
}
