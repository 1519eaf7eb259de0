import { asyncScheduler, Observable, type SchedulerLike } from 'rxjs';
import { checkArgument, checkOptions, type OptionChecks } from '../model/check.js';
import { objectWith, observable, scheduler as aScheduler, text } from '../model/checks.js';
import { type ChildEvent, isTerminal } from '../model/childEvent.js';
import type {
  AnyContract,
  CallArgs,
  CallOptions,
  CallResult,
  Contract,
  PromisedChannel,
  Refusal,
  RpcTransport,
} from './rpc/contract.js';
import { rpcPeer } from './rpc/rpcPeer.js';
import { promisedChannel } from './rpc/promisedChannel.js';

/** A child with IPC: of a supervisor, or of a pipeline of your own. */
export interface ChannelTarget {
  /** The events of the child. Subscribed to once, synchronously, until the channel is destroyed. */
  readonly event$: Observable<ChildEvent>;
  /** Sends a message to the child. `event$` reports the result. */
  readonly send: (message: unknown) => void;
}

export interface ChannelOptions {
  /** Calls reach the channel of the same name on the other side. A child can have several channels. Default `'main'`. */
  readonly name?: string | undefined;
  /** For the timeouts. Default `asyncScheduler`. */
  readonly scheduler?: SchedulerLike | undefined;
}

const channelOptions: OptionChecks<ChannelOptions> = { name: text('a name'), scheduler: aScheduler };
const targetRemedy = 'Give { event$, send } of a child.';
const aTarget = objectWith('a target', ['send'], targetRemedy);

/** Promised IPC, on the side of the manager. */
export interface Channel<
  Theirs extends Contract<Theirs> = AnyContract,
  Ours extends Contract<Ours> = AnyContract,
> extends PromisedChannel<Theirs, Ours> {
  /** Like `call`, but cold, and with the result of each handler when it arrives. An unsubscription drops the results. */
  readonly call$: <N extends keyof Theirs & string>(
    name: N,
    ...rest: CallArgs<Theirs[N]>
  ) => Observable<CallResult<Theirs[N]>>;
}

/**
 * Promised IPC with a Node child: calls to its handlers, and handlers for its calls.
 *
 * ```text
 * run      s--------------x-(b)--s
 * call     ---c----r                    r: the result
 * call     -----------c---#             #: ChannelClosed
 * ```
 *
 * - In the child, `channel()` of `rxvisor/session/worker` is the other side.
 * - When a run ends, all pending calls are rejected with {@link ChannelClosed}. The handlers stay, and you can call the next run.
 *   When no run follows, the channel is closed. Every call settles once.
 * - The `serialization` of the child must be able to encode arguments and results: JSON by default. Otherwise the call is rejected
 *   with code `ERR_PAYLOAD` or `ERR_TOO_LARGE`. Errors keep class, name, message, stack, code, cause and fields.
 * - A late answer never reaches another call or another run.
 *
 * `event$` shows the messages of the channel as `message` events, like all messages of a child.
 *
 * @param target the child
 * @param options see {@link ChannelOptions}
 * @throws RxvisorError with code `ERR_OPTION`, at once
 * @example
 * ```ts
 * import { supervise } from 'rxvisor';
 * import { channel } from 'rxvisor/session';
 *
 * interface Calculator {
 *   add: (numbers: readonly number[]) => number;
 * }
 * const supervisor = supervise();
 * const { id, event$ } = supervisor.start({ script: 'calculator.js' });
 * const ipc = channel<Calculator>({ event$, send: (message) => void supervisor.send(id, message) });
 * console.log(await ipc.call('add', [1, 2])); // 3
 * ```
 */
export function channel<Theirs extends Contract<Theirs> = AnyContract, Ours extends Contract<Ours> = AnyContract>(
  target: ChannelTarget,
  options: ChannelOptions = {},
): Channel<Theirs, Ours> {
  checkArgument('target', target, aTarget);
  checkArgument('target.event$', target.event$, observable(targetRemedy));
  checkOptions(options, channelOptions);
  const { name = 'main', scheduler = asyncScheduler } = options;
  const peer = rpcPeer(transportTo(target, scheduler), name);
  return {
    ...promisedChannel<Theirs, Ours>(peer),
    call$: <N extends keyof Theirs & string>(called: N, ...[args, options]: [unknown?, CallOptions?]) =>
      new Observable<CallResult<Theirs[N]>>((subscriber) =>
        peer.open(called, args, options, {
          value: (value) => {
            // eslint-disable-next-line @typescript-eslint/consistent-type-assertions -- the boundary to another process
            subscriber.next(value as CallResult<Theirs[N]>);
          },
          error: (error) => {
            subscriber.error(error);
          },
          complete: () => {
            subscriber.complete();
          },
        }),
      ),
  };
}

function transportTo({ event$, send }: ChannelTarget, scheduler: SchedulerLike): RpcTransport {
  const refusals: string[] = [];
  return {
    send: (message) => {
      refusals.length = 0;
      send(message);
      const [reason] = refusals;
      return reason === undefined ? undefined : refusalOf(reason);
    },
    listen: ({ message, lost, ended }) => {
      const listening = event$.subscribe({
        next: (event) => {
          if (event.type === 'message') message(event.message);
          // The `refused` event comes before `send` returns.
          if (event.type === 'refused' && event.command === 'send') refusals[0] = event.reason;
          if (isTerminal(event)) lost();
        },
        error: ended,
        complete: ended,
      });
      return () => {
        listening.unsubscribe();
      };
    },
    after: (ms, work) => {
      const action = scheduler.schedule(work, ms);
      return () => {
        action.unsubscribe();
      };
    },
    hold: () => undefined,
  };
}

/** Reasons why no message can be sent. Any other reason is about this one message. */
const NOBODY = /^(?:(?:it is )?not running|it has no IPC channel|it does not read: .*)$/;

function refusalOf(reason: string): Refusal {
  if (!NOBODY.test(reason)) return { why: 'payload', reason };
  return { why: 'nobody', reason: reason === 'not running' ? 'it is not running' : reason };
}
