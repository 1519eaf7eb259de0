import type { SchedulerLike } from 'rxjs';
import type { Effects } from '../effects.js';
import type { ConsoleCommand } from './console/consoleCommand.js';
import type { NotifySink } from './notify.js';

export interface SessionOptions {
  /** By name: `{ server: 8080 }` is the setting `port.server`, and `PORT_SERVER` in the worker's environment. Default: none. */
  readonly ports?: Readonly<Record<string, number>> | undefined;
  /** How many ms there are between polls of the heartbeat: the setting `polling`. Default `10_000`. */
  readonly polling?: number | undefined;
  /** Whether the worker answers, and what is asked. Default: nothing is. */
  readonly heartbeat?: SessionHeartbeat | undefined;
  /** Who is told of crashes. Default: nobody. */
  readonly notify?: readonly NotifySink[] | undefined;
  /** At most one digest of crashes in so many ms. Default `300_000`. */
  readonly throttle?: number | undefined;
  /** What ends the session at a kill switch; 16 characters or more. Default: random. */
  readonly key?: string | undefined;
  /** Commands of the application's own for the console. Default: none. */
  readonly commands?: readonly ConsoleCommand[] | undefined;
  /** Where lines for people go. Default: stdout. */
  readonly print?: ((line: string) => void) | undefined;
  /** How many ms `onExit` handlers of the session have. Default `200`. The worker's have the `grace` of its spec. */
  readonly grace?: number | undefined;
  /** As in `SupervisorOptions`. Default `true`. */
  readonly signals?: boolean | undefined;
  /** How to act upon the world. Default: for real. */
  readonly effects?: Effects | undefined;
  /** For heartbeat, throttle, grace and timeouts. Default `asyncScheduler`. */
  readonly scheduler?: SchedulerLike | undefined;
}

/** As in `heartbeat$`; `port` is the name of one of the `ports`, whatever its number is when a run begins. */
export interface SessionHeartbeat {
  readonly port: string;
  readonly route?: string | undefined;
  readonly timeout?: number | undefined;
  readonly tolerance?: number | undefined;
  readonly startTimeout?: number | undefined;
}
