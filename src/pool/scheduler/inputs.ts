import type { Readable } from 'node:stream';
import type { RunEnd } from '../../model/runEnd.js';
import type { SupervisorEvent } from '../../supervisor/supervise.js';
import type { WorkerLink } from '../workerLink.js';
import type { Memory, Slot, Ticket } from './ticket.js';

/** What happens to a pool. */
export type Input =
  | { readonly type: 'begin' }
  | { readonly type: 'submit'; readonly ticket: Ticket }
  /** It is cancelled, has timed out, or cannot be sent; without an error, nobody waits for it any more. */
  | { readonly type: 'drop'; readonly ticket: Ticket; readonly error?: unknown }
  /** It could not be sent to the worker it was given to. */
  | { readonly type: 'unsent'; readonly ticket: Ticket; readonly error: unknown }
  /** A dropped request is still in the worker's hands when the grace period is over. */
  | { readonly type: 'overdue'; readonly ticket: Ticket }
  | Answer
  | WorkerNews
  /** What the supervisor says of a child, and what is known of the end of its run. */
  | { readonly type: 'child'; readonly id: number; readonly event: SupervisorEvent; readonly end: RunEnd }
  | { readonly type: 'due'; readonly slot: Slot; readonly timer: SlotTimer }
  | { readonly type: 'idle' }
  /** It has been removed from the supervisor. */
  | { readonly type: 'removed'; readonly slot: Slot }
  | { readonly type: 'resize'; readonly size: number; readonly resized: () => void }
  | { readonly type: 'softStop' }
  | { readonly type: 'hardStop' }
  /** The supervisor and all workers are gone. */
  | { readonly type: 'disposed' };

/** A worker answers. `answer` is the only answer, or the last one; `next` one of several. */
export type Answer =
  | {
      readonly type: 'answer' | 'next';
      readonly slot: Slot;
      readonly link: WorkerLink;
      readonly number: number;
      readonly data: unknown;
      readonly stream: Readable | undefined;
    }
  | { readonly type: 'done' | 'release'; readonly slot: Slot; readonly link: WorkerLink; readonly number: number }
  | {
      readonly type: 'failed';
      readonly slot: Slot;
      readonly link: WorkerLink;
      readonly number: number;
      readonly error: unknown;
    };

/** What comes from a run of a worker, beside answers. */
export type WorkerNews =
  | { readonly type: 'wired'; readonly slot: Slot; readonly link: WorkerLink; readonly pid: number | undefined }
  | {
      readonly type: 'hello' | 'ready' | 'busy' | 'softStopped' | 'socketClosed' | 'streamsOver';
      readonly slot: Slot;
      readonly link: WorkerLink;
    }
  | { readonly type: 'health'; readonly slot: Slot; readonly link: WorkerLink; readonly memory: Memory }
  | { readonly type: 'closed'; readonly slot: Slot; readonly link: WorkerLink; readonly problem: Error | undefined };

/**
 * What is waited for with a worker: the end of its run, its age, that it says it is ready, a sign of life, and how the run
 * ended whose requests are lost.
 */
export type SlotTimer = 'end' | 'age' | 'ready' | 'life' | 'loss';

/** What is to be done, in this order. */
export type Action =
  /** Encode its payload; if that fails, it is dropped. */
  | { readonly type: 'prepare'; readonly ticket: Ticket }
  | { readonly type: 'send'; readonly ticket: Ticket; readonly link: WorkerLink }
  | { readonly type: 'next'; readonly ticket: Ticket; readonly answer: AnswerValue }
  /** It is over for who asked, by the worker: with an answer, without one, or with an error. */
  | { readonly type: 'complete'; readonly ticket: Ticket; readonly answer: AnswerValue | undefined }
  | { readonly type: 'reject'; readonly ticket: Ticket; readonly error: unknown }
  /** It is over for who asked before its worker has answered; `sent`: a worker has had it. */
  | { readonly type: 'fail'; readonly ticket: Ticket; readonly error: unknown; readonly sent: boolean }
  /** Its worker is to let go of it. */
  | { readonly type: 'cancel'; readonly ticket: Ticket; readonly link: WorkerLink }
  /** Nobody waits for it in any sense. */
  | { readonly type: 'forget'; readonly ticket: Ticket }
  /** Its worker has gone; another one may get it. */
  | { readonly type: 'recall'; readonly ticket: Ticket }
  | { readonly type: 'destroy'; readonly stream: Readable }
  | { readonly type: 'start' | 'remove' | 'kill' | 'failRun'; readonly slot: Slot }
  | { readonly type: 'spawned'; readonly slot: Slot; readonly pid: number }
  | { readonly type: 'askToStop' | 'ping' | 'closeWire'; readonly link: WorkerLink }
  | { readonly type: 'workerAnswered'; readonly slot: Slot }
  | { readonly type: 'complain'; readonly slot: Slot; readonly problem: Error }
  | { readonly type: 'arm'; readonly slot: Slot; readonly timer: SlotTimer; readonly ms: number }
  | { readonly type: 'disarm'; readonly slot: Slot; readonly timer: SlotTimer }
  | { readonly type: 'armIdle'; readonly ms: number }
  | { readonly type: 'publish' }
  | { readonly type: 'resized'; readonly done: () => void }
  | { readonly type: 'dispose' | 'ended' };

export interface AnswerValue {
  readonly data: unknown;
  readonly stream: Readable | undefined;
}
