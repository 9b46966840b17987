/** Events that were given up: by the scheduler, which could not deliver, or by a function, which failed to the end. */
export const deadLetters = new sst.aws.Queue('DeadLetters', {
  transform: { queue: { messageRetentionSeconds: 14 * 24 * 3600, sqsManagedSseEnabled: true } },
});
