/**
 * What a child's process tells its manager beside the child's own messages: `rxvisor/child` that it is there, that it listens
 * for internal messages, and that it is ready, `preload/listening.cjs` that a server of it listens.
 */
export interface ChildNotice {
  readonly rxvisor: 'hello' | 'internal' | 'ready' | 'listening';
}

export function isChildNotice(message: unknown): message is ChildNotice {
  return (
    typeof message === 'object' &&
    message !== null &&
    Object.keys(message).length === 1 &&
    'rxvisor' in message &&
    (message.rxvisor === 'hello' ||
      message.rxvisor === 'internal' ||
      message.rxvisor === 'ready' ||
      message.rxvisor === 'listening')
  );
}
