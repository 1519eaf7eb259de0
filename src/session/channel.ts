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

/** A child that can be talked to: that of a supervisor, or a pipeline of your own. */
export interface ChannelTarget {
  /** What it tells. Hot: subscribed once, here and now, until the channel is destroyed. */
  readonly event$: Observable<ChildEvent>;
  /** Sends it a message; what comes of that is told by `event$`. */
  readonly send: (message: unknown) => void;
}

export interface ChannelOptions {
  /** Calls reach the channel of the same name on the other side: several can share a child. Default `'main'`. */
  readonly name?: string | undefined;
  /** For the timeouts. Default `asyncScheduler`. */
  readonly scheduler?: SchedulerLike | undefined;
}

const channelOptions: OptionChecks<ChannelOptions> = { name: text('a name'), scheduler: aScheduler };
const targetRemedy = 'Give { event$, send } of a child.';
const aTarget = objectWith('a target', ['send'], targetRemedy);

/** Promised IPC, seen from the manager. */
export interface Channel<
  Theirs extends Contract<Theirs> = AnyContract,
  Ours extends Contract<Ours> = AnyContract,
> extends PromisedChannel<Theirs, Ours> {
  /** Cold, as `call`, with a value for each handler, as they come. Unsubscribing forgets the call; nobody is told. */
  readonly call$: <N extends keyof Theirs & string>(
    name: N,
    ...rest: CallArgs<Theirs[N]>
  ) => Observable<CallResult<Theirs[N]>>;
}

/**
 * Promised IPC with a Node child: calls to what it handles, and handlers for what it calls.
 *
 * ```text
 * run      s--------------x-(b)--s
 * call     ---c----r                    r: the result
 * call     -----------c---#             #: ChannelClosed
 * ```
 *
 * - In the child, `channel()` of `rxvisor/session/worker` is the other side.
 * - When a run ends, all that is pending is rejected with {@link ChannelClosed}; the handlers stay, and the next run can be
 *   called. When no run will follow, the channel is closed for good. Every call settles once.
 * - Arguments and results have to be what the child's `serialization` can encode: JSON by default. What cannot be
 *   sent is rejected with code `ERR_PAYLOAD` or `ERR_TOO_LARGE`. Errors cross with class, name, message, stack, code, cause and
 *   fields.
 * - A late answer is not taken for that of another call, nor is it given to another run.
 *
 * What crosses shows on `event$` as `message` events, like all that a child sends.
 *
 * @param target what to talk to
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
  const calls = rpcPeer(lineOf(target, scheduler), name);
  return {
    ...promisedChannel<Theirs, Ours>(calls),
    call$: <N extends keyof Theirs & string>(called: N, ...[args, options]: [unknown?, CallOptions?]) =>
      new Observable<CallResult<Theirs[N]>>((subscriber) =>
        calls.open(called, args, options, {
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

function lineOf({ event$, send }: ChannelTarget, scheduler: SchedulerLike): RpcTransport {
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
          // Told before `send` returns.
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

/** The reasons for which nothing can be sent; any other is about what was to be sent. */
const NOBODY = /^(?:(?:it is )?not running|it has no IPC channel|it does not read: .*)$/;

function refusalOf(reason: string): Refusal {
  if (!NOBODY.test(reason)) return { why: 'payload', reason };
  return { why: 'nobody', reason: reason === 'not running' ? 'it is not running' : reason };
}
