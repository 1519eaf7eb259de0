import { Server, Socket } from 'node:net';
import { Readable } from 'node:stream';
import { checkDelay } from '../model/checkOption.js';
import { RxvisorError } from '../model/errors.js';
import { show } from '../model/show.js';

export interface RequestOptions {
  /** The request fails if it is not over after so many ms, waiting included; `Infinity`: never. Default: the pool's. */
  readonly timeout?: number | undefined;
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
  /** Requests with the same key go to the same worker, as long as there are the same workers. */
  readonly key?: string | undefined;
}

/** @throws RxvisorError with code ERR_OPTION, naming the field, its value and the remedy */
export function checkRequest({ timeout, retries, stream, socket, signal, key }: RequestOptions): void {
  if (timeout !== undefined && timeout !== Infinity) checkDelay('timeout', timeout);
  if (retries !== undefined && !(Number.isInteger(retries) && retries >= 0)) {
    throw new RxvisorError('ERR_OPTION', `retries: ${show(retries)} is not a number of tries. Give 0 or more.`);
  }
  if (key !== undefined && typeof key !== 'string') {
    throw new RxvisorError('ERR_OPTION', `key: ${show(key)} is not a key. Give a string.`);
  }
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new RxvisorError('ERR_OPTION', `signal: ${show(signal)} is not one. Give the signal of an AbortController.`);
  }
  if (stream !== undefined && !(stream instanceof Readable)) {
    throw new RxvisorError('ERR_OPTION', `stream: ${show(stream)} is not one. Give a Readable of node:stream.`);
  }
  if (stream?.readableObjectMode === true) {
    throw new RxvisorError('ERR_OPTION', 'stream: is in object mode. Give a stream of bytes.');
  }
  if (socket !== undefined && !(socket instanceof Socket || socket instanceof Server)) {
    throw new RxvisorError('ERR_OPTION', `socket: ${show(socket)} is not one. Give a Socket or Server of node:net.`);
  }
}
