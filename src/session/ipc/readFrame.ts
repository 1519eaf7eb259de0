import { isCount } from '../../model/isCount.js';
import type { Frame } from './frame.js';

/** The frame in a message, if it is one of this channel. What comes from another process may be anything. */
export function readFrame(message: unknown, channel: string): Frame | undefined {
  if (!isRecord(message) || message.rxvisor !== 'ipc' || message.channel !== channel) return undefined;
  const { frame } = message;
  return isFrame(frame) ? frame : undefined;
}

function isFrame(frame: unknown): frame is Frame {
  if (!isRecord(frame) || typeof frame.id !== 'string') return false;
  switch (frame.type) {
    case 'call':
      return typeof frame.name === 'string';
    case 'result':
      return isCount(frame.index) && isCount(frame.of) && frame.index < frame.of;
    case 'none':
      return true;
    case 'error':
      return isRecord(frame.error);
    default:
      return false;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
