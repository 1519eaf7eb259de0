import type { Socket } from 'node:net';
import {
  Emitter,
  ErrorCodes,
  Message,
  type MessageReader,
  type MessageWriter,
  type PartialMessageInfo,
  type RequestMessage,
  type ResponseMessage,
} from 'vscode-jsonrpc/node';
import { describeError } from '../model/describeError.js';
import { RxvisorError } from '../model/errors.js';
import { show } from '../model/show.js';
import { decodeMessage } from './decodeMessage.js';
import { encodeFrame } from './encodeFrame.js';
import { frameDecoder } from './frameDecoder.js';
import { MAX_FRAME } from './protocol.js';
import { requestProblem } from './requestProblem.js';

/** A client may ask so many things at once; the next is read when one has been answered, and the answer taken. */
const MAX_IN_FLIGHT = 32;

export interface Transport {
  readonly reader: MessageReader;
  readonly writer: MessageWriter;
}

/**
 * A socket as vscode-jsonrpc reads and writes it. Its own reader takes any length that is announced, and as many
 * requests as come: here neither is without bound. A `write` resolves when the system has taken the bytes, which it
 * does as fast as the other end reads.
 *
 * @param maxFrame the most bytes that a message may have now
 */
export function transport(socket: Socket, maxFrame: () => number = () => MAX_FRAME): Transport {
  const failed = new Emitter<Error>();
  const closed = new Emitter<void>();
  const partial = new Emitter<PartialMessageInfo>();
  const writeFailed = new Emitter<[Error, Message | undefined, number | undefined]>();
  const decode = frameDecoder(maxFrame);
  let frames: Buffer[] = [];
  let inFlight = 0;
  let deliver: (message: Message) => void = () => undefined;

  const writer: MessageWriter = {
    onError: writeFailed.event,
    onClose: closed.event,
    write: async (message: Message) => {
      try {
        await write(frameOf(message));
      } finally {
        if (Message.isResponse(message)) {
          inFlight -= 1;
          proceed();
        }
      }
    },
    end: () => undefined,
    dispose: () => undefined,
  };

  return {
    reader: {
      onError: failed.event,
      onClose: closed.event,
      onPartialMessage: partial.event,
      listen: (callback) => {
        deliver = callback;
        socket.on('data', receive).on('close', close);
        return { dispose: letGo };
      },
      dispose: letGo,
    },
    writer,
  };

  function receive(chunk: Buffer): void {
    try {
      frames.push(...decode(chunk));
    } catch (error) {
      fail(error);
      return;
    }
    proceed();
  }

  function proceed(): void {
    if (socket.destroyed) return;
    try {
      while (inFlight < MAX_IN_FLIGHT) {
        const frame = frames.shift();
        if (frame === undefined) break;
        const problem = requestProblem(frame);
        if (problem !== undefined) throw new RxvisorError('ERR_CONTROL', `message: ${problem}`);
        take(decodeMessage(frame));
      }
    } catch (error) {
      fail(error);
      return;
    }
    if (frames.length > 0) socket.pause();
    else socket.resume();
  }

  function take(message: { readonly jsonrpc: string; readonly method?: unknown }): void {
    if (Message.isRequest(message)) inFlight += 1;
    else if (!Message.isNotification(message)) {
      throw new RxvisorError('ERR_CONTROL', `message: ${show(message)} asks for nothing. Send a request.`);
    }
    // The library's own would be remembered for requests that never come.
    if (!message.method.startsWith('$/')) deliver(message);
    else if (Message.isRequest(message)) refuse(message);
  }

  /** As the Language Server Protocol has it: a request of this kind that is not known is an error, any other is ignored. */
  function refuse({ id, method }: RequestMessage): void {
    const error = { code: ErrorCodes.MethodNotFound, message: `method: ${show(method)} is not known. Leave it out.` };
    // What cannot be written ends the connection by itself.
    const response: ResponseMessage = { jsonrpc: '2.0', id, error };
    writer.write(response).catch(() => undefined);
  }

  function fail(error: unknown): void {
    frames = [];
    socket.off('data', receive).pause();
    failed.fire(error instanceof Error ? error : new Error(String(error)));
  }

  async function write(frame: string): Promise<void> {
    return new Promise((resolve, reject) => {
      socket.write(frame, (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
  }

  function close(): void {
    closed.fire();
  }

  function letGo(): void {
    socket.off('data', receive).off('close', close);
  }
}

/** An answer that is too long, or cannot be JSON, is answered by that. */
function frameOf(message: Message): string {
  try {
    return encodeFrame(message);
  } catch (error) {
    if (!Message.isResponse(message)) throw error;
    const { jsonrpc, id } = message;
    const { code, message: text } = describeError(error);
    return encodeFrame({ jsonrpc, id, error: { code: -32_603, message: text, data: { code } } });
  }
}
