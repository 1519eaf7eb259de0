/**
 * What is said over a wire. A frame is a type, the id of what it is about, a value, and a number more:
 * see docs/pooling.md, "On the wire".
 */
export const frames = {
  /** Manager: a request; more: when it was made. */
  request: 1,
  /** Manager: nobody waits for the answers any more. */
  cancel: 2,
  /** Manager: end what you have begun for good. */
  softStop: 3,
  /** Manager: how is your memory? Worker: so is it. */
  health: 4,
  /** Worker: send me requests; or not. */
  ready: 5,
  busy: 6,
  /** Worker: one of several answers; the last one; no more answers; the error instead. More: the id of a stream, if any. */
  next: 7,
  answer: 8,
  done: 9,
  fail: 10,
  /** Worker: this request does not count against my concurrency any more. */
  release: 11,
  /** Worker: the handlers for the soft stop have ended. */
  stopped: 12,
  /** Worker: a socket that was handed over has closed. */
  socketClosed: 13,
  /** Both: an event, as [name, payload]; its answer; the error instead. */
  event: 14,
  reply: 15,
  replyFail: 16,
  /** Both, of a stream, by the side that writes it: bytes; the end; an end before its time. */
  data: 17,
  end: 18,
  abort: 19,
  /** Both, of a stream, by the side that reads it: send so many bytes more; send no more. */
  credit: 20,
  halt: 21,
  /** Worker: its script has imported `rxvisor/worker`. */
  hello: 22,
} as const;

/** Added to the type of a request or an answer that comes with one. */
export const WITH_STREAM = 32;
export const WITH_SOCKET = 64;

/** What is done about each frame that comes. */
export type OnFrame = (type: number, id: number, value: unknown, more: number) => void;
