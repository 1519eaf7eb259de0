import { serialize } from 'node:v8';
import { holdChannel, isManaged, onInternalMessage } from '../../child/manager.js';
import { checkReadable } from '../../ipc/packErrors.js';
import { checkOptions, type OptionChecks } from '../../model/check.js';
import { flag, text } from '../../model/checks.js';
import { describeError } from '../../model/errors.js';
import type { AnyContract, Contract, PromisedChannel, Refusal, RpcTransport } from '../rpc/contract.js';
import { rpcPeer } from '../rpc/exchange.js';
import { promisedChannel } from '../rpc/promised.js';

export interface ChannelOptions {
  /** Calls reach the channel of the same name on the other side. Default `'main'`. */
  readonly name?: string | undefined;
  /** Whether handlers and pending calls keep this process alive. Default `true`. */
  readonly ref?: boolean | undefined;
}

const channelOptions: OptionChecks<ChannelOptions> = { name: text('a name'), ref: flag };

/**
 * Promised IPC with the manager of this process: the other side of `channel(target)` of `rxvisor/session`.
 *
 * When the manager goes, or there is none, calls are rejected with {@link ChannelClosed}. Without an Observable: this side
 * does without RxJS, which costs a child 60 ms.
 *
 * @param options see {@link ChannelOptions}
 * @throws RxvisorError with code `ERR_OPTION`, at once
 * @example
 * ```ts
 * import { channel } from 'rxvisor/session/worker';
 *
 * const ipc = channel();
 * ipc.handle('add', (numbers) => (Array.isArray(numbers) ? numbers.reduce((a, b) => a + b, 0) : NaN));
 * ```
 */
export function channel<Theirs extends Contract<Theirs> = AnyContract, Ours extends Contract<Ours> = AnyContract>(
  options: ChannelOptions = {},
): PromisedChannel<Theirs, Ours> {
  checkOptions(options, channelOptions);
  const { name = 'main', ref = true } = options;
  return promisedChannel<Theirs, Ours>(rpcPeer(managerLine(ref), name));
}

function managerLine(ref: boolean): RpcTransport {
  let release: (() => void) | undefined;
  return {
    send: sendToManager,
    listen: ({ message, ended }) => {
      const off = onInternalMessage(message);
      process.on('disconnect', ended);
      // Listening alone keeps nobody alive.
      holdChannel()();
      return () => {
        off();
        process.off('disconnect', ended);
      };
    },
    after: (ms, work) => {
      const timer = setTimeout(work, ms);
      if (!ref) timer.unref();
      return () => {
        clearTimeout(timer);
      };
    },
    hold: (yes) => {
      if (!ref) return;
      if (yes) release ??= holdChannel();
      else {
        release?.();
        release = undefined;
      }
    },
  };
}

/** The manager ends a child that sends it a larger message. See `sources/messageMeter.ts`. */
const MAX_BYTES = 67_108_864;

/** Sends a message to the manager. Gives why it could not be sent, if it could not. */
function sendToManager(message: unknown): Refusal | undefined {
  if (!isManaged || !process.connected || process.send === undefined) {
    return { why: 'nobody', reason: 'there is no manager' };
  }
  try {
    const bytes = sizeOf(message);
    if (bytes > MAX_BYTES) {
      return { why: 'size', reason: `it has ${String(bytes)} bytes; a message has ${String(MAX_BYTES)} at most` };
    }
    // The callback is there so that a channel that closes meanwhile is no uncaught exception.
    process.send(message, undefined, undefined, () => undefined);
    return undefined;
  } catch (error) {
    return { why: 'payload', reason: describeError(error).message };
  }
}

/** @throws when it cannot be sent, or could not be read */
function sizeOf(message: unknown): number {
  if (process.env.RXVISOR_SERIALIZATION !== 'advanced') return Buffer.byteLength(JSON.stringify(message));
  checkReadable(message);
  return serialize(message).length;
}
