import { Socket } from 'node:net';
import { frames, type IdAt, WITH_SOCKET, WITH_STREAM } from '../ipc/frames.js';
import { encodeWithin } from '../ipc/sentError.js';
import type { PoolPlan } from './poolOptions.js';
import type { Response } from './requestOptions.js';
import type { Action, AnswerValue, Input } from './scheduler/inputs.js';
import { handleRefused, ranTooLong } from './scheduler/poolErrors.js';
import type { Slot, Ticket } from './scheduler/ticket.js';
import type { WorkerLink } from './workerLink.js';
import type { SlotTimers, WorkerRuns } from './workerRuns.js';

export interface PerformerOptions {
  readonly plan: PoolPlan;
  /** How long a worker may take to release a dropped request, in ms. */
  readonly grace: number;
  readonly idOf: IdAt;
  readonly timers: SlotTimers;
  readonly workers: WorkerRuns;
  readonly put: (input: Input) => void;
  readonly onSpawned: (slot: Slot, pid: number) => void;
  readonly onWorkerAnswer: (slot: Slot) => void;
  readonly onChange: () => void;
  readonly onEnded: () => void;
}

/** Performs the actions of the scheduler. */
export function performer(options: PerformerOptions): (action: Action) => void {
  const { plan, grace, idOf, timers, workers, put } = options;
  const { supervisor } = workers;

  return (action) => {
    switch (action.type) {
      case 'prepare':
        prepare(action.ticket);
        break;
      case 'send':
        if (prepare(action.ticket)) send(action.ticket, action.link);
        break;
      case 'next':
        action.ticket.subscriber.next(responseOf(action.ticket, action.answer));
        break;
      case 'complete': {
        const { ticket, answer } = action;
        settle(ticket);
        if (answer !== undefined) ticket.subscriber.next(responseOf(ticket, answer));
        ticket.subscriber.complete();
        break;
      }
      case 'reject':
        settle(action.ticket);
        action.ticket.subscriber.error(action.error);
        break;
      case 'fail':
        fail(action);
        break;
      case 'cancel': {
        const { ticket, link } = action;
        link.send(frames.cancel, ticket.number);
        link.streams.halt(ticket.number);
        ticket.runDeadline?.unsubscribe();
        ticket.runDeadline = plan.scheduler.schedule(() => put({ type: 'overdue', ticket }), grace);
        break;
      }
      case 'forget':
      case 'recall':
        action.ticket.runDeadline?.unsubscribe();
        break;
      case 'destroy':
        action.stream.destroy();
        break;
      case 'start':
        workers.start(action.slot);
        break;
      case 'remove':
        workers.remove(action.slot);
        break;
      case 'kill':
        supervisor.signal(action.slot.id, 'SIGKILL');
        break;
      case 'failRun':
        supervisor.fail(action.slot.id);
        break;
      case 'spawned':
        options.onSpawned(action.slot, action.pid);
        break;
      case 'askToStop':
        action.link.send(frames.softStop, 0);
        break;
      case 'ping':
        action.link.send(frames.health, 0);
        break;
      case 'closeWire':
        action.link.close();
        break;
      case 'workerAnswered':
        options.onWorkerAnswer(action.slot);
        break;
      case 'complain':
        complain(action.slot, action.problem);
        break;
      case 'arm':
        timers.arm(action.slot, action.timer, action.ms);
        break;
      case 'disarm':
        timers.disarm(action.slot, action.timer);
        break;
      case 'armIdle':
        timers.armIdle(action.ms);
        break;
      case 'publish':
        options.onChange();
        break;
      case 'resized':
        action.done();
        break;
      case 'dispose':
        timers.disarmIdle();
        void supervisor[Symbol.asyncDispose]().then(() => put({ type: 'disposed' }));
        break;
      case 'ended':
        options.onEnded();
    }
  };

  /** False if it cannot be sent. */
  function prepare(ticket: Ticket): boolean {
    try {
      ticket.payload ??= encodeWithin(ticket.data, plan.maxFrame, 'payload');
      return true;
    } catch (error) {
      put({ type: 'unsent', ticket, error });
      return false;
    }
  }

  function send(ticket: Ticket, link: WorkerLink): void {
    const { runTimeout } = ticket.options;
    dispatch(link, ticket, sendSocket);
    if (runTimeout === Infinity) return;
    ticket.runDeadline = plan.scheduler.schedule(
      () => put({ type: 'drop', ticket, error: ranTooLong(runTimeout) }),
      runTimeout,
    );
  }

  function sendSocket(ticket: Ticket): void {
    const { number, slot, options } = ticket;
    if (slot?.link === undefined) return;
    const { link } = slot;
    void supervisor.send(slot.id, { rxvisor: 'socket', id: number }, options.socket).then(([result]) => {
      const refused = result === undefined ? 'not running' : result.refused;
      if (refused === undefined) return;
      put({ type: 'drop', ticket, error: handleRefused(slot, refused) });
      // The worker never reports the end of a socket that it did not get.
      put({ type: 'socketClosed', slot, link });
    });
  }

  function fail({ ticket, error, sent }: Extract<Action, { readonly type: 'fail' }>): void {
    ticket.deadline?.unsubscribe();
    ticket.onSettled?.();
    ticket.payload = undefined;
    if (!sent) ticket.options.stream?.destroy();
    // No worker serves it any more. A server belongs to the caller, who may send it to other workers.
    if (ticket.options.socket instanceof Socket) ticket.options.socket.destroy();
    if (error !== undefined) ticket.subscriber.error(error);
  }

  function responseOf({ number, createdAt, slot }: Ticket, { data, stream }: AnswerValue): Response {
    const worker = slot?.number ?? 0;
    return { id: idOf(number), createdAt, data, stream, hasStream: stream !== undefined, worker };
  }

  function complain({ number }: Slot, problem: Error): void {
    const text = `worker ${String(number)} sent a message that cannot be read, and is replaced: ${problem.message}`;
    plan.effects.process.emitWarning(text, 'RxvisorWarning');
  }
}

function settle(ticket: Ticket): void {
  ticket.payload = undefined;
  ticket.deadline?.unsubscribe();
  ticket.runDeadline?.unsubscribe();
  ticket.onSettled?.();
}

/** Sends a request to a worker: its frame first, so that a stream or a handle always belongs to one. */
export function dispatch(
  link: Pick<WorkerLink, 'send' | 'streams'>,
  ticket: Ticket,
  sendSocket: (ticket: Ticket) => void,
): void {
  const { number, payload, createdAt, options } = ticket;
  const { stream, socket } = options;
  const withStream = stream === undefined ? 0 : WITH_STREAM;
  const withSocket = socket === undefined ? 0 : WITH_SOCKET;
  link.send(frames.request | withStream | withSocket, number, payload, createdAt);
  if (stream !== undefined) link.streams.open(number, stream);
  if (socket !== undefined) sendSocket(ticket);
}
