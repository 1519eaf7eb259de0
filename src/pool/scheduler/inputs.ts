import type { Readable } from 'node:stream';
import type { RunEnd } from '../../model/runEnd.js';
import type { SupervisorEvent } from '../../supervisor/supervise.js';
import type { WorkerLink } from '../workerLink.js';
import type { Memory, Slot, Ticket } from './ticket.js';

/** The inputs of the scheduler. */
export type Input =
  | { readonly type: 'begin' }
  | { readonly type: 'submit'; readonly ticket: Ticket }
  /** The request is cancelled (then without an error), has timed out, or cannot be sent. */
  | { readonly type: 'drop'; readonly ticket: Ticket; readonly error?: unknown }
  /** The request could not be sent to its worker. */
  | { readonly type: 'unsent'; readonly ticket: Ticket; readonly error: unknown }
  /** The worker still has a dropped request when the grace period is over. */
  | { readonly type: 'overdue'; readonly ticket: Ticket }
  | Answer
  | WorkerNews
  /** An event of the supervisor, with the end of the run, if known. */
  | { readonly type: 'child'; readonly id: number; readonly event: SupervisorEvent; readonly end: RunEnd }
  /** A timer of the worker has fired. */
  | { readonly type: 'due'; readonly slot: Slot; readonly timer: SlotTimer }
  /** The timer for idle workers has fired. */
  | { readonly type: 'idle' }
  /** The worker was removed from the supervisor. */
  | { readonly type: 'removed'; readonly slot: Slot }
  | { readonly type: 'resize'; readonly size: number; readonly resized: () => void }
  | { readonly type: 'softStop' }
  | { readonly type: 'hardStop' }
  /** The supervisor and all workers have ended. */
  | { readonly type: 'disposed' };

/** A worker answers. `answer`: the only or the last answer; `next`: one of several. */
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

/** Messages of a worker other than answers. */
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
 * The timers of a worker. `end`: waits for the end of its run. `age`: `maxAge`. `ready`: waits for its `ready()`. `life`: waits for
 * the answer to a ping. `loss`: waits for the report of how a run ended that had requests.
 */
export type SlotTimer = 'end' | 'age' | 'ready' | 'life' | 'loss';

/** The actions of the scheduler, performed in order. */
export type Action =
  /** Encode the payload. If that fails, drop the request. */
  | { readonly type: 'prepare'; readonly ticket: Ticket }
  | { readonly type: 'send'; readonly ticket: Ticket; readonly link: WorkerLink }
  | { readonly type: 'next'; readonly ticket: Ticket; readonly answer: AnswerValue }
  /** The worker settled the request: with an answer, without one, or with an error. */
  | { readonly type: 'complete'; readonly ticket: Ticket; readonly answer: AnswerValue | undefined }
  | { readonly type: 'reject'; readonly ticket: Ticket; readonly error: unknown }
  /** The request failed before its worker answered. `sent`: a worker had it. */
  | { readonly type: 'fail'; readonly ticket: Ticket; readonly error: unknown; readonly sent: boolean }
  /** Cancel the request in its worker. */
  | { readonly type: 'cancel'; readonly ticket: Ticket; readonly link: WorkerLink }
  /** Neither the caller nor a worker has the request any more. */
  | { readonly type: 'forget'; readonly ticket: Ticket }
  /** Its worker has ended; another one may get the request. */
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
