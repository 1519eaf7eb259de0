import type { Settings } from './settings.js';

/** What a worker asks its session for, over a channel of their own. */
export interface MonitorSide {
  /** The worker is there; the settings may be other ones since it was spawned. */
  readonly hello: () => Settings;
  readonly endSession: (args: EndRequest) => void;
  readonly notice: (text: string) => void;
}

/** What a session tells its worker. */
export interface WorkerSide {
  readonly setting: (args: { readonly name: string; readonly value: number }) => void;
  /** The stop that follows is the end of the session. */
  readonly ending: () => void;
}

export interface EndRequest {
  readonly reason: string;
  readonly graceful: boolean;
  readonly exitCode: number;
}

/** The channel of these. The application's own is another one. */
export const SESSION_CHANNEL = 'rxvisor.session';
