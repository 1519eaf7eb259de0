import { randomBytes } from 'node:crypto';
import { asyncScheduler, type SchedulerLike } from 'rxjs';
import { type Effects, nodeEffects } from '../effects.js';
import { checkDelay } from '../model/checkOption.js';
import { RxvisorError } from '../model/errors.js';
import { show } from '../model/show.js';
import { suggest } from '../model/suggest.js';
import { consoleOutput } from '../sinks/consoleOutput.js';
import { changeSetting } from './changeSetting.js';
import { heartbeat$ } from './heartbeat$.js';
import type { SessionOptions } from './sessionOptions.js';
import type { Settings } from './settings.js';

/** The options of a session, checked, with what is not said filled in. */
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
  const { ports = {}, polling = 10_000, heartbeat, throttle, grace = 200, effects = nodeEffects } = options;
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
    const { port, ...rest } = heartbeat;
    if (!Object.hasOwn(ports, port)) {
      const remedy = suggest(port, Object.keys(ports), 'Give the name of one of the ports.');
      throw new RxvisorError('ERR_OPTION', `heartbeat.port: ${show(port)} is none of the ports. ${remedy}`);
    }
    // For its checks: it is subscribed to when there is somebody to ask.
    void heartbeat$({ ...rest, port: 80 });
  }
  checkDelay('throttle', throttle);
  checkDelay('grace', grace);
  if (key.length < 16)
    throw new RxvisorError('ERR_OPTION', 'key: shorter than 16 characters. Give a longer one, or none.');
  return { settings, key, grace, effects, scheduler, print };
}
