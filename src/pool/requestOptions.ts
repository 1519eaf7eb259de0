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
  /** The request fails if it is not over so many ms after it was enqueued; `Infinity`: never. Default: the pool's. */
  readonly timeout?: number | undefined;
  /** The request fails if it is not over so many ms after it was sent to a worker; each retry has as many. Default: the pool's. */
  readonly runTimeout?: number | undefined;
  /** How many more workers get it when one dies of it, or with it. Default: the pool's. */
  readonly retries?: number | undefined;
  /** Bytes for the worker to read, as fast as it reads them. Once sent, a request with a stream is not tried again. */
  readonly stream?: Readable | undefined;
  /**
   * A socket or server for the worker to keep. Once sent, a request with a socket is not retried. A socket is closed
   * when its request fails, times out or is cancelled.
   */
  readonly socket?: Socket | Server | undefined;
  /** Aborting it cancels the request, which fails with ERR_ABORTED. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Requests with the same key go to the same worker, as long as there are the same workers, and are sent in their order:
   * when their worker leaves, the next waits until those before it are over.
   */
  readonly key?: string | undefined;
}

const remedy = 'Give an object such as { timeout: 5_000 }, or leave it out.';

const set = checkThat(isRecord, `is not a set of options. ${remedy}`);
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
 * Checks only the options that are there: it runs for every request.
 *
 * @throws RxvisorError with code ERR_OPTION, naming the field, its value and the remedy
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
  /** The request's: a UUID, version 4. The worker knows it by the same. */
  readonly id: string;
  /** When it was asked for: ms since the epoch. */
  readonly createdAt: number;
  readonly data: T;
  /** The stream the worker has answered with, if it has. It is the reader's: destroy it to stop it. */
  readonly stream: Readable | undefined;
  readonly hasStream: boolean;
  /** The number of the worker. */
  readonly worker: number;
}
