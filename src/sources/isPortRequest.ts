/**
 * What an instance tells of an address: it wants to listen on it, has bound it (the socket comes with that), could not, or
 * listens no longer. `place` is there where each place among the instances has a socket of its own.
 */
export interface PortRequest {
  readonly step: 'ask' | 'bound' | 'failed' | 'left';
  readonly key: string;
  readonly place?: string | undefined;
}

/** Whether a message is of `preload/share.cjs`. */
export function isPortRequest(message: unknown): message is PortRequest {
  return (
    typeof message === 'object' &&
    message !== null &&
    'rxvisor' in message &&
    message.rxvisor === 'share' &&
    'step' in message &&
    'key' in message &&
    typeof message.key === 'string' &&
    (!('place' in message) || message.place === undefined || typeof message.place === 'string')
  );
}
