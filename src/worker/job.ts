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

/** A request in the hands of its handler. */
export interface Job extends Numbered<Job> {
  readonly request: WorkerRequest;
  /** The only answer, or the last one. False: nobody waits for it, or there was one already. */
  readonly answer: (value?: unknown) => boolean;
  /** One of several answers; false: it could not be sent, and the job is over. */
  readonly next: (value: unknown) => boolean;
  /** There are no more answers. */
  readonly done: () => void;
  readonly fail: (error: unknown) => void;
  /** Nobody waits any more. */
  readonly cancel: (reason: Error) => void;
  readonly cancelled: () => boolean;
  readonly over: () => boolean;
  /** How to stop what makes the answers; called at once if the job is cancelled already. */
  readonly onCancel: (stop: () => void) => void;
}

/** What comes with a request. */
export interface Attachments {
  readonly stream: Readable | undefined;
  readonly socket: Socket | Server | undefined;
}

/** @param onOver when it has been answered, has failed, or has been let go after it was cancelled */
export function createJob(
  { send, streams, idOf, limit }: Link,
  { id, data, createdAt }: { readonly id: number; readonly data: unknown; readonly createdAt: number },
  { stream, socket }: Attachments,
  onOver: (job: Job) => void,
): Job {
  let controller: AbortController | undefined;
  let cancelled: Error | undefined;
  let stop: (() => void) | undefined;
  let over = false;
  let released = false;
  let acknowledged = false;

  const job: Job = {
    number: id,
    chain: undefined,
    request: createRequest({ id: idOf(id), data, createdAt, stream, socket, ack, release, respond }, signal),
    answer,
    next: (value) => !over && cancelled === undefined && sendFrame(frames.next, value),
    done: () => {
      if (!over) end(frames.done);
    },
    fail: (error) => {
      if (over) {
        if (cancelled === undefined) warn(`failed after it had been answered: ${thrownText(error)}`, 'ERR_ANSWERED');
        return;
      }
      giveUp(error);
    },
    cancel: (reason) => {
      if (over) return;
      cancelled = reason;
      stream?.destroy(reason);
      closeSocket();
      controller?.abort(reason);
      stop?.();
    },
    cancelled: () => cancelled !== undefined,
    over: () => over,
    onCancel: (given) => {
      stop = given;
      if (cancelled !== undefined) stop();
    },
  };
  return job;

  function signal(): AbortSignal {
    controller ??= new AbortController();
    if (cancelled !== undefined) controller.abort(cancelled);
    return controller.signal;
  }

  function ack(): void {
    if (over) return;
    acknowledged = true;
    if (cancelled === undefined) sendFrame(frames.answer, undefined);
    else end(frames.done);
  }

  function release(): void {
    if (released || over) return;
    released = true;
    send(frames.release, id);
  }

  /** Nobody serves it any more. Of a server this closes the handle of this process only. */
  function closeSocket(): void {
    if (socket !== undefined) closeHandle(socket);
  }

  function respond(value?: unknown, source?: Readable): boolean {
    if (source !== undefined) checkArgument('stream', source, aStream);
    if (!acknowledged) return answer(value, source);
    source?.destroy();
    throw new RxvisorError(
      'ERR_ANSWERED',
      `respond: ack() has settled request ${idOf(id)}. To get the next request before the answer, call release() instead.`,
    );
  }

  function answer(value?: unknown, source?: Readable): boolean {
    if (!over && cancelled === undefined) return sendFrame(frames.answer, value, source);
    source?.destroy();
    if (cancelled === undefined)
      warn(`was answered ${acknowledged ? 'after ack()' : 'twice'}: the second answer is dropped`, 'ERR_ANSWERED');
    else if (!over) end(frames.done);
    return false;
  }

  function sendFrame(type: number, value: unknown, answer?: Readable): boolean {
    let encoded: Encoded;
    try {
      encoded = checked(value, answer);
    } catch (error) {
      answer?.destroy();
      giveUp(error);
      return false;
    }
    const streamId = answer === undefined ? 0 : nextStream();
    const flagged = answer === undefined ? type : type | WITH_STREAM;
    send(flagged, id, encoded, streamId);
    // Before what was not read is given up: the answer may be made of it.
    if (answer !== undefined) streams.open(streamId, answer);
    if (type === frames.answer) close();
    return true;
  }

  function checked(value: unknown, answer?: Readable): Encoded {
    if (answer?.readableObjectMode === true) {
      throw new RxvisorError('ERR_OPTION', 'stream: is in object mode. Answer with a stream of bytes.');
    }
    return encodeWithin(value, limit, 'answer');
  }

  function end(type: number, value?: Encoded): void {
    send(type, id, value);
    close();
  }

  /** Nobody is to read its stream any more either: what a handler has begun to read would flow until it ends. */
  function giveUp(error: unknown): void {
    closeSocket();
    stream?.destroy();
    end(frames.fail, encodeError(error, limit));
  }

  function close(): void {
    over = true;
    // Nobody will read what nobody has begun to read; what is being read may still be what the answer is made of.
    if (stream?.readableFlowing === null && stream.listenerCount('readable') === 0) stream.destroy();
    onOver(job);
  }

  function warn(what: string, code: string): void {
    process.emitWarning(`request ${idOf(id)} ${what}.`, { type: 'RxvisorWarning', code });
  }
}

const aStream = objectWith('a stream', ['pipe', 'on', 'destroy'], 'Give a Readable of node:stream, or leave it out.');

let lastStream = 0;

function nextStream(): number {
  lastStream += 1;
  return lastStream;
}
