import { randomBytes } from 'node:crypto';
import { asyncScheduler, type SchedulerLike } from 'rxjs';
import { type Check, checkArgument, checkOptions, checkThat, isRecord, type OptionChecks } from '../model/check.js';
import { callback, delay, flag, listOf, scheduler as aScheduler, string, text } from '../model/checks.js';
import type { Effects } from '../model/effects.js';
import { RxvisorError } from '../model/errors.js';
import { show, suggest } from '../model/show.js';
import { allEffects, nodeEffects } from '../nodeEffects.js';
import { consoleOutput } from '../sinks/consoleOutput.js';
import { commandArgs, type ConsoleCommand } from './console/command.js';
import { heartbeat$, sharedHeartbeatOptions } from './heartbeat$.js';
import { checkKey } from './killSwitch.js';
import type { NotifySink } from './notify/notify.js';
import type { SetOptions } from './sessionBase.js';
import { changeSetting, type Settings } from './settings.js';

export interface SessionOptions {
  /** By name: `{ server: 8080 }` is the setting `port.server`, and `PORT_SERVER` in the worker's environment. Default: none. */
  readonly ports?: Readonly<Record<string, number>> | undefined;
  /** The time between polls of the heartbeat, in ms: the setting `polling`. Default `10_000`. */
  readonly polling?: number | undefined;
  /** Polls the worker. Default: no heartbeat. */
  readonly heartbeat?: SessionHeartbeat | undefined;
  /** Where crashes are reported. Default: nowhere. */
  readonly notify?: readonly NotifySink[] | undefined;
  /** The least time between two digests of crashes, in ms. Default `300_000`. */
  readonly throttle?: number | undefined;
  /** The key of the kill switch, 16 characters or more. Default: random. */
  readonly key?: string | undefined;
  /** Your own commands for the console. Default: none. */
  readonly commands?: readonly ConsoleCommand[] | undefined;
  /** Prints a line for people. Default: on stdout. */
  readonly print?: ((line: string) => void) | undefined;
  /** The time for `onExit` handlers of the session, in ms. Default `200`. Handlers of the worker have the `grace` of its spec. */
  readonly grace?: number | undefined;
  /** As in `SupervisorOptions`. Default `true`. */
  readonly signals?: boolean | undefined;
  /** Side effects, which tests replace. Default: `nodeEffects`, the real ones. */
  readonly effects?: Effects | undefined;
  /** For heartbeat, throttle, grace and timeouts. Default `asyncScheduler`. */
  readonly scheduler?: SchedulerLike | undefined;
}

/** As for `heartbeat$`, but `port` is the name of one of the `ports`. Its number is that at the start of the run. */
export interface SessionHeartbeat {
  readonly port: string;
  readonly route?: string | undefined;
  readonly timeout?: number | undefined;
  readonly tolerance?: number | undefined;
  readonly startTimeout?: number | undefined;
}

export interface RestartOptions {
  readonly force?: boolean | undefined;
}

/** The options of a session, checked, with defaults. */
export interface SessionPlan {
  readonly settings: Settings;
  readonly key: string;
  readonly grace: number;
  readonly effects: Effects;
  readonly scheduler: SchedulerLike;
  readonly print: (line: string) => void;
}

/** @throws RxvisorError with code `ERR_OPTION` */
export function planSession(options: SessionOptions): SessionPlan {
  checkOptions(options, sessionOptions);
  const { ports = {}, polling = 10_000, heartbeat, grace = 200, effects = nodeEffects } = options;
  const { key = randomBytes(24).toString('base64url'), scheduler = asyncScheduler } = options;
  const { print = (line) => consoleOutput(effects.process.stdout).write(`${line}\n`, () => undefined) } = options;
  let settings: Settings = { polling };
  settings = changeSetting(settings, 'polling', polling);
  for (const [name, port] of Object.entries(ports)) {
    if (!/^[a-z][a-z0-9]*$/i.test(name)) {
      throw new RxvisorError(
        'ERR_OPTION',
        `ports: ${show(name)} is not a name. Give letters and digits: { server: 8080 }.`,
      );
    }
    settings = changeSetting({ ...settings, [`port.${name}`]: 0 }, `port.${name}`, port);
  }
  if (heartbeat !== undefined) {
    checkOptions(heartbeat, heartbeatOptions, 'heartbeat.');
    const { port, ...rest } = heartbeat;
    if (!Object.hasOwn(ports, port)) {
      checkArgument('heartbeat.port', port, text('a port', aPort));
      const remedy = suggest(port, Object.keys(ports), aPort);
      throw new RxvisorError('ERR_OPTION', `heartbeat.port: ${show(port)} is not one of the ports. ${remedy}`);
    }
    // Only for its checks. A subscription follows when the worker runs.
    void heartbeat$({ ...rest, port: 80 });
  }
  checkKey(key);
  return { settings, key, grace, effects, scheduler, print };
}

const aPort = 'Give the name of one of the ports.';
const heartbeatOptions: OptionChecks<SessionHeartbeat> = { ...sharedHeartbeatOptions, port: text('a port', aPort) };

const commandFields: OptionChecks<ConsoleCommand> = {
  name: text('a name'),
  args: commandArgs,
  help: string('a help text'),
  run: callback,
};
const aCommand: Check = (value) => {
  const remedy = 'Give one that command() makes.';
  if (!isRecord(value)) return { within: '', value, text: `is not a command. ${remedy}` };
  for (const [field, check] of Object.entries<Check>(commandFields)) {
    const problem = check(Reflect.get(value, field));
    if (problem !== undefined) return { ...problem, within: `.${field}${problem.within}` };
  }
  return undefined;
};

const sessionOptions: OptionChecks<SessionOptions> = {
  ports: checkThat(isRecord, 'is not a set of ports. Give names with numbers: { server: 8080 }.'),
  // changeSetting checks it, as for later changes.
  polling: () => undefined,
  heartbeat: checkThat(isRecord, 'is not a heartbeat. Give { port } with the name of a port, or leave it out.'),
  notify: listOf('a list of sinks', 'Give an array of functions: [toWebhook(…)].', callback),
  throttle: delay,
  // checkKey checks it: its value is a secret, which no error may show.
  key: () => undefined,
  commands: listOf('a list of commands', 'Give an array of what command() makes.', aCommand),
  print: callback,
  grace: delay,
  signals: flag,
  effects: allEffects,
  scheduler: aScheduler,
};

const restartOptions: OptionChecks<RestartOptions> = { force: flag };
const setOptions: OptionChecks<SetOptions> = { restart: flag, now: flag };

/** @throws RxvisorError with code `ERR_OPTION` */
export function checkRestart(options: RestartOptions): void {
  checkOptions(options, restartOptions);
}

/** @throws RxvisorError with code `ERR_OPTION` */
export function checkSet(name: string, options: SetOptions): void {
  checkArgument('name', name, string('the name of a setting'));
  checkOptions(options, setOptions);
}
