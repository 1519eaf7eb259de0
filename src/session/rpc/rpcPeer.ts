import { fromErrorLike } from '../../ipc/errorLike.js';
import { pendingRequests } from '../../ipc/pendingRequests.js';
import { checkArgument, checkOptions, isRecord, type OptionChecks } from '../../model/check.js';
import { callback, delayOrInfinity, isCount, name as aName } from '../../model/checks.js';
import { RxvisorError } from '../../model/errors.js';
import { show } from '../../model/show.js';
import { answerer, ChannelClosed, refusedError } from './answerer.js';
import type { CallOptions, Envelope, Frame, Refusal, RpcTransport } from './contract.js';

/** Gets the outcome of a call: a value for each handler, then `complete`, or `error`. */
export interface Answer {
  readonly value: (value: unknown, index: number) => void;
  readonly error: (error: unknown) => void;
  readonly complete: () => void;
}

/** Makes calls, and answers those of the other side. It works without RxJS, which would cost a child 60 ms. */
export interface RpcPeer {
  /** Starts a call. Returns a function that drops its answer. */
  readonly open: (name: string, args: unknown, options: CallOptions | undefined, answer: Answer) => () => void;
  readonly handle: (name: string, handler: (args: never) => unknown) => () => void;
  readonly destroy: () => void;
}

interface Pending {
  readonly name: string;
  readonly answer: Answer;
  disarm: () => void;
  left: number | undefined;
}

const callOptions: OptionChecks<CallOptions> = { timeout: delayOrInfinity };

/** @param channel the name of the channel: calls reach only the handlers of this channel */
export function rpcPeer(transport: RpcTransport, channel: string): RpcPeer {
  const side = crypto.randomUUID();
  const pending = pendingRequests<string, Pending>((count) => `${side}.${String(count)}`);
  let closed: string | undefined;
  const answers = answerer({ reply: send, onChange: hold });
  const stopListening = transport.listen({
    message: (message) => {
      const frame = readFrame(message, channel);
      if (frame !== undefined) onFrame(frame);
    },
    lost: () => {
      rejectAll('the other side has gone');
    },
    ended: () => {
      close('the other side has gone for good');
    },
  });

  return {
    open,
    handle: (name, handler) => {
      checkArgument('name', name, aName);
      checkArgument('handler', handler, callback);
      return answers.handle(name, handler);
    },
    destroy,
  };

  function open(name: string, args: unknown, options: CallOptions = {}, answer: Answer): () => void {
    try {
      checkArgument('name', name, aName);
      checkOptions(options, callOptions);
    } catch (error) {
      answer.error(error);
      return () => undefined;
    }
    const { timeout = 60_000 } = options;
    if (closed !== undefined) {
      answer.error(new ChannelClosed(name, closed));
      return () => undefined;
    }
    const call: Pending = { name, answer, disarm: () => undefined, left: undefined };
    const id = pending.add(call);
    const late = (): void => {
      const remedy = 'Give it more time: { timeout }, in ms.';
      settle(id)?.error(new RxvisorError('ERR_TIMEOUT', `call '${name}': no answer in ${show(timeout)} ms. ${remedy}`));
    };
    if (timeout !== Infinity) call.disarm = transport.after(timeout, late);
    hold();
    // In a microtask: to a call inside an event handler, the `refused` event would come after `send` has returned.
    queueMicrotask(() => {
      if (pending.get(id) === undefined) return;
      const refusal = send({ type: 'call', id, name, args });
      if (refusal !== undefined) settle(id)?.error(refusedError(refusal, name, 'argument'));
    });
    return () => void settle(id);
  }

  function onFrame(frame: Frame): void {
    if (frame.type === 'call') {
      answers.answer(frame);
      return;
    }
    const call = pending.get(frame.id);
    if (call === undefined) return;
    if (frame.type === 'none') {
      const remedy = 'handle() one there before it is called.';
      settle(frame.id)?.error(
        new RxvisorError(
          'ERR_NO_HANDLER',
          `call '${call.name}': the other side has no handler of that name. ${remedy}`,
        ),
      );
    } else if (frame.type === 'error') {
      settle(frame.id)?.error(fromErrorLike(frame.error));
    } else {
      call.left = (call.left ?? frame.of) - 1;
      const { left, answer } = call;
      if (left === 0) settle(frame.id);
      answer.value(frame.value, frame.index);
      if (left === 0) answer.complete();
    }
  }

  function settle(id: string): Answer | undefined {
    const call = pending.take(id);
    if (call === undefined) return undefined;
    call.disarm();
    hold();
    return call.answer;
  }

  function send(frame: Frame): Refusal | undefined {
    return closed === undefined ? transport.send({ rxvisor: 'ipc', channel, frame } satisfies Envelope) : undefined;
  }

  function rejectAll(why: string): void {
    answers.forget();
    pending.takeAll(({ name, answer, disarm }) => {
      disarm();
      hold();
      answer.error(new ChannelClosed(name, why));
    });
  }

  function destroy(): void {
    close('the channel was destroyed');
  }

  function close(why: string): void {
    if (closed !== undefined) return;
    closed = why;
    stopListening();
    rejectAll(why);
    transport.hold(false);
  }

  function hold(): void {
    if (closed === undefined) transport.hold(pending.size() > 0 || answers.size() > 0);
  }
}

/** The frame in a message for this channel. Undefined for any other message: another process can send anything. */
function readFrame(message: unknown, channel: string): Frame | undefined {
  const { rxvisor, channel: to, frame }: Partial<Envelope> = isRecord(message) ? message : {};
  return rxvisor === 'ipc' && to === channel && isFrame(frame) ? frame : undefined;
}

function isFrame(frame: unknown): frame is Frame {
  if (!isRecord(frame)) return false;
  const { type, id, name, index, of, error }: Readonly<Partial<Record<FrameField, unknown>>> = frame;
  if (typeof id !== 'string') return false;
  switch (type) {
    case 'call':
      return typeof name === 'string';
    case 'result':
      return isCount(index) && isCount(of) && index < of;
    case 'none':
      return true;
    case 'error':
      return isRecord(error);
    default:
      return false;
  }
}

type FrameField = 'type' | 'id' | 'name' | 'index' | 'of' | 'error';
