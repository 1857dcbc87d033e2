const PREFIX = 'topicId=';

/**
 * What is stored with a commit: the id of the topic that the offset is one of. Brokers remove a
 * group's commits with their topic, but not always in time, and a member that lives through the
 * change may commit afterwards: an offset alone does not tell whose it is.
 */
export function commitMetadata(topicId: string | undefined): string {
  return topicId === undefined ? '' : `${PREFIX}${topicId}`;
}

/**
 * Whether a commit is one of another topic that had the same name. Commits without an id count as
 * the topic's own: other tools make them, and brokers before Kafka 3.1 know no ids.
 */
export function isForeign(metadata: string | null, topicId: string | undefined): boolean {
  return topicId !== undefined && !!metadata?.startsWith(PREFIX) && metadata !== commitMetadata(topicId);
}
