import type { ErrorLike } from '../../ipc/errorLike.js';

/** The handlers of one side: for each name, a function of one argument. Both sides can import the type. */
export type Contract<T> = { readonly [N in keyof T]: (args: never) => unknown };

/** The contract by default: any name, any argument, any result. */
export type AnyContract = Readonly<Record<string, (args?: unknown) => unknown>>;

export interface CallOptions {
  /** How long the other side may take to answer, in ms; `Infinity`: no limit. Default `60_000`. */
  readonly timeout?: number | undefined;
}

/** The parameters of a call after its name: the argument, optional if the handler takes none, and options. */
export type CallArgs<F> = F extends (...args: infer A extends readonly unknown[]) => unknown
  ? A extends readonly []
    ? [args?: undefined, options?: CallOptions]
    : undefined extends A[0]
      ? [args?: A[0], options?: CallOptions]
      : [args: A[0], options?: CallOptions]
  : never;

/** The awaited result of a handler. */
export type CallResult<F> = F extends (...args: never) => infer R ? Awaited<R> : never;

/** Handles a call; may be async. */
export type Handler<F> = F extends (...args: infer A extends readonly unknown[]) => infer R
  ? (...args: A) => Awaited<R> | PromiseLike<Awaited<R>>
  : never;

/** Remote calls with promises, the same on both sides. `Theirs`: the handlers of the other side; `Ours`: those of this side. */
export interface PromisedChannel<Theirs extends Contract<Theirs>, Ours extends Contract<Ours>> {
  /**
   * Calls the handler of that name on the other side. If there are several, resolves with the result of the first.
   *
   * @throws the error of the handler, with its class, name, message, stack, code, cause and fields
   * @throws {@link ChannelClosed} when either side ends before the answer
   * @throws RxvisorError with code `ERR_NO_HANDLER`, `ERR_TIMEOUT` or `ERR_OPTION`; with code `ERR_PAYLOAD` or `ERR_TOO_LARGE`
   * when the argument or the result cannot be sent
   */
  readonly call: <N extends keyof Theirs & string>(
    name: N,
    ...rest: CallArgs<Theirs[N]>
  ) => Promise<CallResult<Theirs[N]>>;
  /** Like `call`, with the results of all handlers, in the order in which they were added. Rejects at the first error. */
  readonly callAll: <N extends keyof Theirs & string>(
    name: N,
    ...rest: CallArgs<Theirs[N]>
  ) => Promise<readonly CallResult<Theirs[N]>[]>;
  /** Adds a handler for calls of that name. Several handlers give several results. Returns a function that removes it. */
  readonly handle: <N extends keyof Ours & string>(name: N, handler: Handler<Ours[N]>) => () => void;
  /** Rejects all pending calls at once, and answers no more calls. */
  readonly destroy: () => void;
}

/** Carries messages to the other side and back. */
export interface RpcTransport {
  /** Sends a message. Returns the reason if it cannot be sent. */
  readonly send: (message: unknown) => Refusal | undefined;
  /** Starts to listen. Returns a function that stops listening. */
  readonly listen: (listener: RpcTransportListener) => () => void;
  /** Calls `work` after `ms`. Returns a function that cancels it. */
  readonly after: (ms: number, work: () => void) => () => void;
  /** Keeps this process alive, or no longer: whether this side waits for messages. */
  readonly hold: (yes: boolean) => void;
}

/** Why a message cannot be sent. `'payload'`: cannot be encoded. `'size'`: too large. `'nobody'`: there is no other side. */
export interface Refusal {
  readonly why: 'payload' | 'size' | 'nobody';
  readonly reason: string;
}

export interface RpcTransportListener {
  readonly message: (message: unknown) => void;
  /** The other side has gone. A new one may follow: the next run of the child. */
  readonly lost: () => void;
  /** The other side has gone, and none will follow. */
  readonly ended: () => void;
}

/** A message of a channel. A `result` has the number of handlers, `of`: that many results follow. `none`: there is no handler. */
export type Frame =
  | { readonly type: 'call'; readonly id: string; readonly name: string; readonly args?: unknown }
  | { readonly type: 'none'; readonly id: string }
  | {
      readonly type: 'result';
      readonly id: string;
      readonly index: number;
      readonly of: number;
      readonly value?: unknown;
    }
  | { readonly type: 'error'; readonly id: string; readonly error: ErrorLike };

/** A frame with the name of its channel: several channels share one IPC channel. */
export interface Envelope {
  readonly rxvisor: 'ipc';
  readonly channel: string;
  readonly frame: Frame;
}
