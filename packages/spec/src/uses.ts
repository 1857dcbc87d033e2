/** Which of the requests of an id an answer is to, on Kafka. */
export interface RequestPlace {
  /** Kafka timestamp, epoch ms; negative where it is not known. */
  readonly requestTime: number;
  readonly requestPartition: number;
  readonly requestOffset: number;
}

/** Orders answers as their requests came: negative where the first one's was earlier. */
export function requestOrder(a: RequestPlace, b: RequestPlace): number {
  return (
    a.requestTime - b.requestTime ||
    a.requestPartition - b.requestPartition ||
    a.requestOffset - b.requestOffset
  );
}

/** The answers to the requests of one id, in the order of these. */
export class Uses<Answer extends RequestPlace> {
  readonly #answers: (Answer | undefined)[] = [];
  /** Those before it have been removed. */
  #head = 0;

  get size(): number {
    return this.#answers.length - this.#head;
  }

  has(place: RequestPlace): boolean {
    const before = this.#answers[this.#firstAfter(place) - 1];
    return before !== undefined && requestOrder(before, place) === 0;
  }

  add(answer: Answer): void {
    this.#answers.splice(this.#firstAfter(answer), 0, answer);
  }

  /** Most often it is the first one. */
  remove(answer: Answer): void {
    const at = this.#answers.indexOf(answer, this.#head);
    if (at < 0) return;
    if (at > this.#head) {
      this.#answers.splice(at, 1);
      return;
    }
    this.#answers[this.#head++] = undefined;
    if (2 * this.#head < this.#answers.length) return;
    this.#answers.splice(0, this.#head);
    this.#head = 0;
  }

  /** The newest whose request had come by a time, or the first of all where none had. */
  newestBefore(time: number): Answer | undefined {
    const end = this.#firstAfter({
      requestTime: time,
      requestPartition: Number.POSITIVE_INFINITY,
      requestOffset: Number.POSITIVE_INFINITY,
    });
    return this.#answers[Math.max(this.#head, end - 1)];
  }

  #firstAfter(place: RequestPlace): number {
    const isAfter = (at: number) => requestOrder(this.#answers[at] as Answer, place) > 0;
    let low = this.#head;
    let high = this.#answers.length;
    // Most come in order.
    if (high > low && !isAfter(high - 1)) return high;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isAfter(middle)) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
