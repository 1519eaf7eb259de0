import { holdChannel } from '../../child/holdChannel.js';
import { onInternalMessage } from '../../child/internalMessage.js';
import { checkOptions, type OptionChecks } from '../../model/check.js';
import { flag, text } from '../../model/checks.js';
import type { AnyContract, Contract, PromisedChannel } from '../ipc/contract.js';
import { rpcPeer } from '../ipc/exchange.js';
import type { RpcTransport } from '../ipc/line.js';
import { promisedChannel } from '../ipc/promised.js';
import { sendToManager } from './sendToManager.js';

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
