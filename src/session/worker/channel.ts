import { holdChannel, isManaged, MAX_MESSAGE, onInternalMessage, sendToManager } from '../../child/manager.js';
import { checkMessage, messageSize } from '../../ipc/ipcMessage.js';
import { checkOptions, type OptionChecks } from '../../model/check.js';
import { flag, text } from '../../model/checks.js';
import { describeError } from '../../model/errors.js';
import type { AnyContract, Contract, PromisedChannel, Refusal, RpcTransport } from '../rpc/contract.js';
import { rpcPeer } from '../rpc/rpcPeer.js';
import { promisedChannel } from '../rpc/promisedChannel.js';

export interface ChannelOptions {
  /** The name of the channel. Calls reach the channel of the same name on the other side. Default `'main'`. */
  readonly name?: string | undefined;
  /** Whether handlers and pending calls keep this process alive. Default `true`. */
  readonly ref?: boolean | undefined;
}

const channelOptions: OptionChecks<ChannelOptions> = { name: text('a name'), ref: flag };

/**
 * Remote calls with promises between this process and its manager: the other side of `channel(target)` of
 * `rxvisor/session`.
 *
 * Without a manager, and when it ends, calls reject with {@link ChannelClosed}. There is no Observable here: loading RxJS
 * would cost a child 60 ms.
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
  return promisedChannel<Theirs, Ours>(rpcPeer(managerTransport(ref), name));
}

function managerTransport(ref: boolean): RpcTransport {
  let release: (() => void) | undefined;
  return {
    send: trySend,
    listen: ({ message, ended }) => {
      const off = onInternalMessage(message);
      process.on('disconnect', ended);
      // To listen must not keep this process alive: Node references the channel when a listener is added.
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

/** Sends a message to the manager. Returns the reason if it cannot be sent. */
function trySend(message: unknown): Refusal | undefined {
  if (!isManaged || !process.connected) return noManager;
  try {
    const serialization = process.env.RXVISOR_SERIALIZATION === 'advanced' ? 'advanced' : 'json';
    checkMessage(message, serialization);
    const bytes = messageSize(message, serialization);
    if (bytes > MAX_MESSAGE) {
      return { why: 'size', reason: `it has ${String(bytes)} bytes; a message has ${String(MAX_MESSAGE)} at most` };
    }
    return sendToManager(message) ? undefined : noManager;
  } catch (error) {
    return { why: 'payload', reason: describeError(error).message };
  }
}

const noManager: Refusal = { why: 'nobody', reason: 'there is no manager' };
