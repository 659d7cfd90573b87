/** The topics, by their names in the list. */
export const TOPICS = ['dns', 'result', 'audit'] as const;
export type TopicName = (typeof TOPICS)[number];
