import type { Server, Socket } from 'node:net';
import type { Readable } from 'node:stream';
import type { Encoded } from '../ipc/encode.js';
import { frames, WITH_STREAM } from '../ipc/frames.js';
import type { Numbered } from '../ipc/numberTable.js';
import { encodeError, encodeWithin } from '../ipc/sentError.js';
import { checkArgument } from '../model/check.js';
import { objectWith } from '../model/checks.js';
import { RxvisorError, thrownText } from '../model/errors.js';
import type { Link } from './link.js';
import { closeHandle } from './sockets.js';
import { createRequest, type WorkerRequest } from './workerRequest.js';

/**
 * A request that this worker handles, from its arrival to its last answer. It is plain data, and the functions of this file
 * take it: methods of its own would double what a request costs.
 */
export interface Job extends Numbered<Job>, Attachments {
  readonly request: WorkerRequest;
  readonly link: Link;
  /** Called once, when the worker has finished the request: answered, failed, or stopped after a cancellation. */
  readonly onOver: (job: Job) => void;
  over: boolean;
  /** Why the request was cancelled. Undefined: the caller waits for the answer. */
  cancelled: Error | undefined;
  /** Stops the source of the answers. */
  stop: (() => void) | undefined;
  released: boolean;
  acknowledged: boolean;
  controller: AbortController | undefined;
}

/** The stream and the socket or server that were sent with a request. */
export interface Attachments {
  readonly stream: Readable | undefined;
  readonly socket: Socket | Server | undefined;
}

export function createJob(
  link: Link,
  { id, data, createdAt }: { readonly id: number; readonly data: unknown; readonly createdAt: number },
  { stream, socket }: Attachments,
  onOver: (job: Job) => void,
): Job {
  const request = createRequest(
    {
      id: link.idOf(id),
      data,
      createdAt,
      stream,
      socket,
      ack: () => acknowledge(job),
      release: () => release(job),
      respond: (value, source) => respond(job, value, source),
    },
    () => signalOf(job),
  );
  const job: Job = {
    number: id,
    chain: undefined,
    request,
    link,
    stream,
    socket,
    onOver,
    over: false,
    cancelled: undefined,
    stop: undefined,
    released: false,
    acknowledged: false,
    controller: undefined,
  };
  return job;
}

/**
 * Sends the only answer, or the last one.
 *
 * @returns false when nobody waits for it, when there was an answer before, or when it cannot be sent
 */
export function answer(job: Job, value?: unknown, source?: Readable): boolean {
  if (isAwaited(job)) return sendValue(job, frames.answer, value, source);
  source?.destroy();
  if (job.cancelled === undefined) {
    const when = job.acknowledged ? 'after ack()' : 'twice';
    warn(job, `was answered ${when}: the second answer is dropped`);
  } else done(job);
  return false;
}

/**
 * Sends one of several answers.
 *
 * @returns false when nobody waits for it, or when it cannot be sent: then the request has failed
 */
export function answerNext(job: Job, value: unknown): boolean {
  return isAwaited(job) && sendValue(job, frames.next, value);
}

/** Completes the request without another answer. */
export function done(job: Job): void {
  if (!job.over) finish(job, frames.done);
}

export function fail(job: Job, error: unknown): void {
  if (!job.over) failOpen(job, error);
  else if (job.cancelled === undefined) warn(job, `failed after it had been answered: ${thrownText(error)}`);
}

/** Nobody waits for the answer any more. */
export function cancel(job: Job, reason: Error): void {
  if (job.over) return;
  job.cancelled = reason;
  job.stream?.destroy(reason);
  closeSocket(job);
  job.controller?.abort(reason);
  job.stop?.();
}

/** Sets how to stop the source of the answers. `stop` runs at once if the request was cancelled before. */
export function onCancel(job: Job, stop: () => void): void {
  job.stop = stop;
  if (job.cancelled !== undefined) stop();
}

function isAwaited({ over, cancelled }: Job): boolean {
  return !over && cancelled === undefined;
}

function acknowledge(job: Job): void {
  if (job.over) return;
  job.acknowledged = true;
  if (job.cancelled === undefined) sendValue(job, frames.answer, undefined);
  else done(job);
}

function release(job: Job): void {
  if (job.released || job.over) return;
  job.released = true;
  job.link.send(frames.release, job.number);
}

function respond(job: Job, value?: unknown, source?: Readable): boolean {
  if (source !== undefined) checkArgument('stream', source, aStream);
  if (!job.acknowledged) return answer(job, value, source);
  source?.destroy();
  throw new RxvisorError(
    'ERR_ANSWERED',
    `respond: ack() has settled request ${job.request.id}. To get the next request before the answer, call release() instead.`,
  );
}

function signalOf(job: Job): AbortSignal {
  job.controller ??= new AbortController();
  if (job.cancelled !== undefined) job.controller.abort(job.cancelled);
  return job.controller.signal;
}

function sendValue(job: Job, type: number, value: unknown, source?: Readable): boolean {
  const { link, number } = job;
  let encoded: Encoded;
  try {
    if (source?.readableObjectMode === true) {
      throw new RxvisorError('ERR_OPTION', 'stream: is in object mode. Answer with a stream of bytes.');
    }
    encoded = encodeWithin(value, link.limit, 'answer');
  } catch (error) {
    source?.destroy();
    failOpen(job, error);
    return false;
  }
  if (source === undefined) link.send(type, number, encoded);
  else sendWithStream(job, type, encoded, source);
  if (type === frames.answer) close(job);
  return true;
}

function sendWithStream({ link, number }: Job, type: number, encoded: Encoded, source: Readable): void {
  lastStream += 1;
  link.send(type | WITH_STREAM, number, encoded, lastStream);
  // Before the request's own stream is destroyed: the answer may be made of it.
  link.streams.open(lastStream, source);
}

let lastStream = 0;

/** The request's stream is destroyed: a handler that has begun to read it would otherwise read it to its end. */
function failOpen(job: Job, error: unknown): void {
  closeSocket(job);
  job.stream?.destroy();
  finish(job, frames.fail, encodeError(error, job.link.limit));
}

/** Of a server this closes only the handle of this process. */
function closeSocket({ socket }: Job): void {
  if (socket !== undefined) closeHandle(socket);
}

function finish(job: Job, type: number, value?: Encoded): void {
  job.link.send(type, job.number, value);
  close(job);
}

function close(job: Job): void {
  const { stream } = job;
  job.over = true;
  // A stream that the handler has begun to read may be what the answer is made of. Nobody will read any other.
  if (stream?.readableFlowing === null && stream.listenerCount('readable') === 0) stream.destroy();
  job.onOver(job);
}

function warn({ request }: Job, what: string): void {
  process.emitWarning(`request ${request.id} ${what}.`, { type: 'RxvisorWarning', code: 'ERR_ANSWERED' });
}

const aStream = objectWith('a stream', ['pipe', 'on', 'destroy'], 'Give a Readable of node:stream, or leave it out.');
