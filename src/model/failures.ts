/** What a run has failed at, by the reason of its `stopping`: how the crash is called, and in words. */
export const failures = {
  liveness: { cause: 'unresponsive', message: 'it no longer answered' },
  fail: { cause: 'failed', message: 'it was reported as failed' },
  readyTimeout: { cause: 'unready', message: 'it was not ready in time' },
  channel: { cause: 'channel', message: 'a message on its IPC channel could not be read' },
} as const;
