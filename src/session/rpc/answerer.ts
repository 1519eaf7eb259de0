import { toErrorLike } from '../../ipc/errorLike.js';
import { reasonOf } from '../../ipc/sentError.js';
import { RxvisorError } from '../../model/errors.js';
import type { Frame, Refusal } from './contract.js';

export interface AnswererOptions {
  /** Sends a frame. Returns the reason if it cannot be sent. */
  readonly reply: (frame: Frame) => Refusal | undefined;
  /** Called when a handler is added or removed. */
  readonly onChange: () => void;
}

export interface Answerer {
  readonly handle: (name: string, handler: (args: never) => unknown) => () => void;
  /** Calls the handlers of a call, and sends what they return. */
  readonly answer: (call: Extract<Frame, { type: 'call' }>) => void;
  /** Drops the answers of running handlers: their caller has gone. */
  readonly forget: () => void;
  /** The number of handlers. */
  readonly size: () => number;
}

interface Entry {
  readonly name: string;
  readonly handler: (args: never) => unknown;
}

/** Answers calls with the results of handlers. */
export function answerer({ reply, onChange }: AnswererOptions): Answerer {
  const entries = new Set<Entry>();
  let callers = 0;

  return {
    handle: (name, handler) => {
      const entry = { name, handler };
      entries.add(entry);
      onChange();
      return () => {
        if (entries.delete(entry)) onChange();
      };
    },
    answer: ({ id, name, args }) => {
      const caller = callers;
      const handlers = [...entries].filter((entry) => entry.name === name);
      const answer = (frame: Frame): void => {
        if (caller !== callers) return;
        const refusal = reply(frame);
        // Instead of a result or an error that cannot be sent, the reason is sent.
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
  // The contract gives the type of what the other side sends.
  // eslint-disable-next-line @typescript-eslint/consistent-type-assertions -- the boundary to another process
  return await handler(args as never);
}

/**
 * The error of a call whose argument or result cannot be sent.
 *
 * @param part which of the two cannot be sent
 */
export function refusedError({ why, reason }: Refusal, call: string, part: 'argument' | 'result'): RxvisorError {
  if (why === 'nobody') return new ChannelClosed(call, reason);
  const [code, remedy] =
    why === 'size'
      ? (['ERR_TOO_LARGE', 'Send less at once.'] as const)
      : (['ERR_PAYLOAD', "Give what the child's serialization can encode: JSON by default."] as const);
  return new RxvisorError(code, `call '${call}': the ${part} cannot be sent: ${reasonOf(reason)} ${remedy}`);
}

/** A call gets no answer: one of the sides has gone, or the channel was destroyed. Its code is `ERR_CHANNEL`. */
export class ChannelClosed extends RxvisorError {
  override readonly name = 'ChannelClosed';

  constructor(call: string, why: string) {
    super('ERR_CHANNEL', `call '${call}': ${why}.`);
  }
}
