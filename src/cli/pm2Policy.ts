import type { ChildSpec } from '../model/childSpec.js';
import type { WatchSpec } from '../model/triggerSpec.js';
import { parseDuration } from './parseDuration.js';
import type { Pm2App } from './pm2Instances.js';

/** When pm2 would restart an app, stop it, and take it for ready. Values that cannot be are left for `parseSpec` to refuse. */
export function pm2Policy(app: Pm2App): ChildSpec {
  return { ...restartsOf(app), ...readinessOf(app), ...triggersOf(app) };
}

/** So long a run has to last for pm2 to begin its exponential delays again, and no delay is longer than that, in ms. */
const EXPONENTIAL = { ok: 30_000, longest: 15_000, factor: 1.5 };

/** pm2 restarts after a clean exit, too, and for ever unless `autorestart` says otherwise. */
function restartsOf(app: Pm2App): ChildSpec {
  const { autorestart, max_restarts: max, stop_exit_codes: codes } = app;
  const [delay = 0, minUptime, first = 0] = [app.restart_delay, app.min_uptime, app.exp_backoff_restart_delay].map(
    milliseconds,
  );
  // So many runs that each end before `min_uptime`, and the delays between them, fit into this.
  const within = (typeof max === 'number' ? max + 1 : 1) * ((minUptime ?? 1_000) + delay);
  const ok = minUptime ?? (first > 0 ? EXPONENTIAL.ok : undefined);
  return {
    ...(autorestart === false ? { restartAt: [] } : { restartOn: 'exit' as const }),
    ...(autorestart !== false && first > 0 && { restartAt: exponential(first) }),
    ...(autorestart !== false && first === 0 && delay > 0 && { restartAt: [delay] }),
    ...(ok !== undefined && { restartOk: ok }),
    ...(typeof max === 'number' && max > 0 && { limit: { max, within } }),
    ...(codes !== undefined && { stopExitCodes: [codes].flat().map(Number) }),
  };
}

/** As numbers, which can be sent to a manager; the last one repeats. */
function exponential(first: number): readonly number[] {
  const delays = [first];
  for (let delay = first; delay < EXPONENTIAL.longest;) {
    delay = Math.min(EXPONENTIAL.longest, Math.floor(delay * EXPONENTIAL.factor) + 1);
    delays.push(delay);
  }
  return delays;
}

function readinessOf(app: Pm2App): ChildSpec {
  const [grace = 1_600, readyTimeout] = [app.kill_timeout, app.listen_timeout].map(milliseconds);
  return {
    grace,
    ...(app.wait_ready === true && { ready: 'message' as const }),
    ...(readyTimeout !== undefined && { readyTimeout }),
  };
}

function triggersOf(app: Pm2App): ChildSpec {
  const { cron_restart: cron, max_memory_restart: memory } = app;
  const watch = watchOf(app);
  const maxRss = typeof memory === 'number' ? memory : typeof memory === 'string' ? bytesOf(memory) : undefined;
  return {
    ...(watch !== undefined && { watch }),
    ...(typeof cron === 'string' && cron !== '' && cron !== '0' && { cron }),
    ...(maxRss !== undefined && maxRss !== 0 && { maxRss }),
  };
}

function watchOf({ watch, ignore_watch: ignored }: Pm2App): WatchSpec | undefined {
  const paths = typeof watch === 'string' || Array.isArray(watch) ? [watch].flat().map(String) : undefined;
  if (paths === undefined && watch !== true) return undefined;
  const ignore = typeof ignored === 'string' || Array.isArray(ignored) ? [ignored].flat().map(String) : undefined;
  return { ...(paths !== undefined && { paths }), ...(ignore !== undefined && { ignore }) };
}

/** `100K`, `150M`, `1.5G`: of 1,024, as pm2 counts. What is none of these is NaN. */
function bytesOf(text: string): number {
  const [, count, unit = ''] = /^(\d+(?:\.\d+)?)\s*([KMG]?)B?$/i.exec(text) ?? [];
  return Math.round(Number(count) * 1_024 ** ['', 'K', 'M', 'G'].indexOf(unit.toUpperCase()));
}

function milliseconds(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' ? (parseDuration(value) ?? parseDuration(`${value}ms`) ?? NaN) : undefined;
}
