import { type ErrorLike, fromErrorLike, toErrorLike } from '../ipc/errorLike.js';
import { checkArgument, checkOptions, checkThat, type OptionChecks } from '../model/check.js';
import { flag, text } from '../model/checks.js';
import type { Settings } from './settings.js';

/** The calls of a worker to its session. */
export interface MonitorSide {
  /** The worker is ready for calls. Returns the settings: they can have changed since it was spawned. */
  readonly hello: () => Settings;
  readonly endSession: (args: EndRequest) => void;
  readonly notice: (text: string) => void;
}

/** The calls of a session to its worker. */
export interface WorkerSide {
  readonly setting: (args: { readonly name: string; readonly value: number }) => void;
  /** The next stop ends the session. */
  readonly ending: () => void;
}

export interface EndRequest {
  readonly reason: string;
  readonly graceful: boolean;
  readonly exitCode: number;
}

/** The name of the channel for these calls. The application has another channel. */
export const SESSION_CHANNEL = 'rxvisor.session';

export interface EndOptions {
  /** Whether the worker has its grace period. If not, it is killed at once, without its exit handlers. Default `true`. */
  readonly graceful?: boolean | undefined;
  /** The exit code of the session. Default `0`. */
  readonly exitCode?: number | undefined;
}

const endOptions: OptionChecks<EndOptions> = {
  graceful: flag,
  exitCode: checkThat(
    (value) => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 255,
    'is not an exit code. Give a whole number from 0 to 255.',
  ),
};

/** @throws RxvisorError with code `ERR_OPTION` */
export function checkEnd(reason: string, options: EndOptions): EndOptions {
  checkArgument('reason', reason, text('a reason'));
  checkOptions(options, endOptions);
  return options;
}

/** Why a worker ends. */
export type ExitReason =
  { readonly type: 'crash'; readonly error: ErrorLike } | { readonly type: 'stop' | 'restart' | 'sessionEnd' };

/** The last message of a worker before it exits by a crash. */
export interface CrashMessage {
  readonly rxvisor: 'crash';
  readonly error: ErrorLike;
}

/** The error in a crash message. Undefined for any other message. */
export function readCrash(message: unknown): ErrorLike | undefined {
  if (typeof message !== 'object' || message === null || !('rxvisor' in message) || message.rxvisor !== 'crash') {
    return undefined;
  }
  // Decoded and encoded again: a child can send anything, and the report needs a valid error.
  return toErrorLike(fromErrorLike('error' in message ? message.error : undefined));
}
