/** Group of messages that somebody asks for to see whether they arrive: never held back. */
export const TEST_GROUP = 'test';
/**
 * Group of what is read long after it happened: after a night without the notifier, one message.
 */
export const LATE_GROUP = 'late';
