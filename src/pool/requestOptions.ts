import { Server, Socket } from 'node:net';
import { Readable } from 'node:stream';
import {
  type Check,
  checkArgument,
  checkThat,
  isRecord,
  type OptionChecks,
  refuseUnknownOptions,
} from '../model/check.js';
import { count, delayOrInfinity, string } from '../model/checks.js';

export interface RequestOptions {
  /** The time for the request, in ms from the subscription; `Infinity`: no limit. Default: that of the pool. */
  readonly timeout?: number | undefined;
  /** The time in ms from the moment when it is sent to a worker, again for each retry. Default: that of the pool. */
  readonly runTimeout?: number | undefined;
  /** The number of further workers if its worker dies. Default: that of the pool. */
  readonly retries?: number | undefined;
  /** A stream of bytes for the worker, at the pace of its reader. Once sent, a request with a stream is not retried. */
  readonly stream?: Readable | undefined;
  /**
   * A socket or server, which then belongs to the worker. Once sent, a request with a socket is not retried. A socket is closed when
   * its request fails, times out or is cancelled.
   */
  readonly socket?: Socket | Server | undefined;
  /** An abort cancels the request, which fails with ERR_ABORTED. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Requests with the same key go to the same worker, while the workers are the same, and keep their order. When their worker leaves,
   * the next request waits until the earlier ones are over.
   */
  readonly key?: string | undefined;
}

const remedy = 'Give an object such as { timeout: 5_000 }, or leave it out.';

const set = checkThat(isRecord, `is not an options object. ${remedy}`);
const bytes = checkThat((value) => value instanceof Readable, 'is not a stream. Give a Readable of node:stream.');
const streamMode: Check = (value) =>
  value instanceof Readable && value.readableObjectMode
    ? { within: '.readableObjectMode', value: true, text: 'is not for requests. Give a stream of bytes.' }
    : undefined;

const requestOptions: OptionChecks<RequestOptions> = {
  timeout: delayOrInfinity,
  runTimeout: delayOrInfinity,
  retries: count('a number of retries', 0),
  stream: (value) => bytes(value) ?? streamMode(value),
  socket: checkThat(
    (value) => value instanceof Socket || value instanceof Server,
    'is not a socket. Give a Socket or Server of node:net.',
  ),
  signal: checkThat(
    (value) => value instanceof AbortSignal,
    'is not an AbortSignal. Give the signal of an AbortController.',
  ),
  key: string('a key'),
};
const checks = new Map<string, Check>(Object.entries(requestOptions));
const names = [...checks.keys()];

/**
 * Checks only the given options: it runs for every request.
 *
 * @throws RxvisorError with code ERR_OPTION and the field, its value and the remedy
 */
export function checkRequest(options: RequestOptions): void {
  if (!isRecord(options)) checkArgument('options', options, set);
  for (const key of Object.keys(options)) {
    const value: unknown = Reflect.get(options, key);
    const check = checks.get(key);
    if (check === undefined) refuseUnknownOptions(options, names);
    else if (value !== undefined) checkArgument(key, value, check);
  }
}

/** An answer. */
export interface Response<T = unknown> {
  /** The id of the request: a UUID, version 4. The worker has the same. */
  readonly id: string;
  /** The time of the subscription: ms since the epoch. */
  readonly createdAt: number;
  readonly data: T;
  /** The stream of the answer, if any. It belongs to you: `destroy()` stops the writer. */
  readonly stream: Readable | undefined;
  readonly hasStream: boolean;
  /** The number of the worker. */
  readonly worker: number;
}
