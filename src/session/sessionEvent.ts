import type { SupervisorEvent } from '../supervised.js';
import type { CrashReport } from './crashReport.js';
import type { HeartbeatEvent } from './heartbeatEvent.js';

/** What a session tells: the events of its worker, and those of its own. JSON-safe. */
export type SessionEvent =
  | SupervisorEvent
  | HeartbeatEvent
  /** The worker has crashed. */
  | { readonly type: 'crashed'; readonly report: CrashReport }
  /** The worker has something to say to people. */
  | { readonly type: 'notice'; readonly text: string }
  /** A setting was changed at run time. */
  | { readonly type: 'setting'; readonly name: string; readonly value: number }
  /** Somebody could not be told of crashes. */
  | { readonly type: 'notifyFailed'; readonly message: string }
  /** The last event. */
  | { readonly type: 'sessionEnded'; readonly reason: string; readonly exitCode: number };
