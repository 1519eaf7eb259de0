/** What a child can send beside a message: a socket, a server, or what is behind one. */
export interface ClosableHandle {
  readonly close: () => void;
}

/** Closes a handle that came with an unwanted message. Any other value is left alone. */
export function closeHandle(handle: unknown): void {
  if (isClosableHandle(handle)) handle.close();
}

export function isClosableHandle(value: unknown): value is ClosableHandle {
  return typeof value === 'object' && value !== null && 'close' in value && typeof value.close === 'function';
}
