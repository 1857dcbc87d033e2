/** The newest release on Maven that was looked at. */
export const NEWEST_KAFKA = '4.4.0';

/** What the bus says to a broker: a release that changes the protocol fails one of these. */
const SPEAKING =
  /^packages\/bus\/test\/(?:topics|consumer\/(?:consumer|rebalance|topic-changes)|producer\/(?:producer|lost-answers)|history\/history)\.test\.ts$/;

/** Whether a test file is run with the newest Kafka too. */
export function speaksToBroker(file: string): boolean {
  return SPEAKING.test(file);
}
