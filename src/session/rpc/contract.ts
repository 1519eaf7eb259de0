import type { ErrorLike } from '../../ipc/errorLike.js';

/** What one side handles: a function for each name, from one argument to a result. For both sides to share. */
export type Contract<T> = { readonly [N in keyof T]: (args: never) => unknown };

/** Without a contract: any name, anything. */
export type AnyContract = Readonly<Record<string, (args?: unknown) => unknown>>;

export interface CallOptions {
  /** How many ms the other side has to answer; `Infinity`: for ever. Default `60_000`. */
  readonly timeout?: number | undefined;
}

/** What a call takes after its name: the argument, which may be left out where the handler takes none, and options. */
export type CallArgs<F> = F extends (...args: infer A extends readonly unknown[]) => unknown
  ? A extends readonly []
    ? [args?: undefined, options?: CallOptions]
    : undefined extends A[0]
      ? [args?: A[0], options?: CallOptions]
      : [args: A[0], options?: CallOptions]
  : never;

/** What a handler gives, once awaited. */
export type CallResult<F> = F extends (...args: never) => infer R ? Awaited<R> : never;

/** What handles a call: may be async. */
export type Handler<F> = F extends (...args: infer A extends readonly unknown[]) => infer R
  ? (...args: A) => Awaited<R> | PromiseLike<Awaited<R>>
  : never;

/**
 * Promised IPC, the same on both sides. `Theirs` is what the other side handles, `Ours` what this one does.
 */
export interface PromisedChannel<Theirs extends Contract<Theirs>, Ours extends Contract<Ours>> {
  /**
   * Calls what the other side has under that name. Where several handlers are, the first one's result counts.
   *
   * @throws what the handler threw, with its class, name, message, stack, code, cause and fields; {@link ChannelClosed} when either side goes
   * first; RxvisorError with code `ERR_NO_HANDLER`, `ERR_TIMEOUT` or `ERR_OPTION`; `ERR_PAYLOAD` or `ERR_TOO_LARGE`
   * when the argument or the result cannot be sent
   */
  readonly call: <N extends keyof Theirs & string>(
    name: N,
    ...rest: CallArgs<Theirs[N]>
  ) => Promise<CallResult<Theirs[N]>>;
  /** As `call`, for the results of all handlers, in the order in which those were added. Rejects with the first error. */
  readonly callAll: <N extends keyof Theirs & string>(
    name: N,
    ...rest: CallArgs<Theirs[N]>
  ) => Promise<readonly CallResult<Theirs[N]>[]>;
  /** Answers calls of that name. Several handlers give several results. Gives a function that takes it back. */
  readonly handle: <N extends keyof Ours & string>(name: N, handler: Handler<Ours[N]>) => () => void;
  /** Rejects all pending calls, here and now, and answers no more. */
  readonly destroy: () => void;
}

/** One end of what messages go over, as a channel sees it. */
export interface RpcTransport {
  /** Gives why it could not be sent, if it could not. */
  readonly send: (message: unknown) => Refusal | undefined;
  /** Gives a function that stops listening. */
  readonly listen: (listener: RpcTransportListener) => () => void;
  /** Runs `work` in `ms`; gives a function that calls it off. */
  readonly after: (ms: number, work: () => void) => () => void;
  /** Whether this side waits for messages: then the process must not end for want of anything else to do. */
  readonly hold: (yes: boolean) => void;
}

/** `'payload'`: it cannot be encoded. `'size'`: it is too large. `'nobody'`: there is no other side that takes it. */
export interface Refusal {
  readonly why: 'payload' | 'size' | 'nobody';
  readonly reason: string;
}

export interface RpcTransportListener {
  readonly message: (message: unknown) => void;
  /** The other side has gone. Another one may take its place. */
  readonly lost: () => void;
  /** There will be no other side any more. */
  readonly ended: () => void;
}

/** What crosses. `of` is how many handlers there are, and so how many results; with none, nothing else is said. */
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

/** A frame in its envelope: several channels share one line, each with a name of its own. */
export interface Envelope {
  readonly rxvisor: 'ipc';
  readonly channel: string;
  readonly frame: Frame;
}
