/** What `rxvisor/child` tells its manager beside the child's own messages: it is there, it is ready. */
export interface Notice {
  readonly rxvisor: 'hello' | 'ready';
}

export function isNotice(message: unknown): message is Notice {
  return (
    typeof message === 'object' &&
    message !== null &&
    Object.keys(message).length === 1 &&
    'rxvisor' in message &&
    (message.rxvisor === 'hello' || message.rxvisor === 'ready')
  );
}
