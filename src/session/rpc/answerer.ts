import { toErrorLike } from '../../ipc/errorLike.js';
import { reasonOf } from '../../ipc/sentError.js';
import { RxvisorError } from '../../model/errors.js';
import type { Frame, Refusal } from './contract.js';

export interface AnswererOptions {
  /** Gives why it could not be sent, if it could not. */
  readonly reply: (frame: Frame) => Refusal | undefined;
  /** How many handlers there are has changed. */
  readonly changed: () => void;
}

export interface Answerer {
  readonly handle: (name: string, handler: (args: never) => unknown) => () => void;
  readonly answer: (call: Extract<Frame, { type: 'call' }>) => void;
  /** Whoever called has gone: what is still being worked on is answered to nobody. */
  readonly forget: () => void;
  readonly size: () => number;
}

interface Entry {
  readonly name: string;
  readonly handler: (args: never) => unknown;
}

/** Answers calls with what handlers give. */
export function answerer({ reply, changed }: AnswererOptions): Answerer {
  const entries = new Set<Entry>();
  let callers = 0;

  return {
    handle: (name, handler) => {
      const entry = { name, handler };
      entries.add(entry);
      changed();
      return () => {
        if (entries.delete(entry)) changed();
      };
    },
    answer: ({ id, name, args }) => {
      const caller = callers;
      const handlers = [...entries].filter((entry) => entry.name === name);
      const answer = (frame: Frame): void => {
        if (caller !== callers) return;
        const refusal = reply(frame);
        // A result or an error that cannot be sent is answered by why.
        if (refusal !== undefined && refusal.why !== 'nobody') {
          reply({ type: 'error', id, error: toErrorLike(refusedError(refusal, name, 'result')) });
        }
      };
      if (handlers.length === 0) answer({ type: 'none', id });
      handlers.forEach(({ handler }, index) => {
        answerOf(handler, args).then(
          (value) => answer({ type: 'result', id, index, of: handlers.length, value }),
          (error: unknown) => answer({ type: 'error', id, error: toErrorLike(error) }),
        );
      });
    },
    forget: () => {
      callers += 1;
    },
    size: () => entries.size,
  };
}

async function answerOf(handler: (args: never) => unknown, args: unknown): Promise<unknown> {
  // What the other side sent is what the contract says it is.
  // eslint-disable-next-line @typescript-eslint/consistent-type-assertions -- the boundary to another process
  return await handler(args as never);
}

/**
 * The error of a call that could not be sent, or that could not be answered.
 *
 * @param part which of its two messages could not be sent
 */
export function refusedError({ why, reason }: Refusal, call: string, part: 'argument' | 'result'): RxvisorError {
  if (why === 'nobody') return new ChannelClosed(call, reason);
  const [code, remedy] =
    why === 'size'
      ? (['ERR_TOO_LARGE', 'Send less at once.'] as const)
      : (['ERR_PAYLOAD', "Give what the child's serialization can encode: JSON by default."] as const);
  return new RxvisorError(code, `call '${call}': the ${part} cannot be sent: ${reasonOf(reason)} ${remedy}`);
}

/** A call that will get no answer: one of the two sides has gone, or the channel was destroyed. Its code is `ERR_CHANNEL`. */
export class ChannelClosed extends RxvisorError {
  override readonly name = 'ChannelClosed';

  constructor(call: string, why: string) {
    super('ERR_CHANNEL', `call '${call}': ${why}.`);
  }
}
