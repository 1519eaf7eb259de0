import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { checkArgument } from '../model/check.js';
import { callback, objectWith } from '../model/checks.js';
import { RxvisorError } from '../model/errors.js';
import { slidingWindow } from '../model/slidingWindow.js';

export interface KillSwitchOptions {
  /** The secret. `session()` makes a random one. */
  readonly key: string;
  /** Ends the session. */
  readonly endSession: (reason: string) => unknown;
  /** A monotonic clock in ms, for the limit. Default `performance.now`. */
  readonly now?: (() => number) | undefined;
}

/**
 * Makes an HTTP handler that ends the session at `POST /kill/:key`. The right key gets a 200, everything else a 404. From the
 * sixth try within a minute, every key gets a 404.
 *
 * Keys are compared by their digests, in constant time. A try is a POST to `/kill/` and one more path segment.
 *
 * @param options a worker or a session: `killSwitch(worker)`
 * @throws RxvisorError with code `ERR_OPTION` for a key of less than 16 characters: a short key can be guessed with five tries a minute
 * @example
 * ```ts
 * import { createServer } from 'node:http';
 * import { killSwitch, worker } from 'rxvisor/session/worker';
 *
 * createServer(killSwitch(worker())).listen(8081, '127.0.0.1'); // with Express: app.post('/kill/:key', killSwitch(…))
 * ```
 */
export function killSwitch(options: KillSwitchOptions): (request: IncomingMessage, response: ServerResponse) => void {
  // Other fields are allowed: a worker and a session have many.
  checkArgument('options', options, whole);
  const { key, endSession, now = () => performance.now() } = options;
  checkKey(key);
  checkArgument('now', now, callback);
  const expectedDigest = digestOf(key);
  const attempts = slidingWindow(ATTEMPTS);

  return (request, response) => {
    const tried = request.method === 'POST' ? keyIn(request) : undefined;
    const right = tried !== undefined && isAllowed() && timingSafeEqual(digestOf(tried), expectedDigest);
    // The body is not read. The connection would wait for it.
    response.setHeader('connection', 'close');
    response.setHeader('content-type', 'text/plain');
    response.statusCode = right ? 200 : 404;
    response.end(right ? 'The session ends.\n' : 'Not found\n');
    if (right) endSession('the kill switch');
  };

  function isAllowed(): boolean {
    const time = now();
    if (attempts.isFull(time)) return false;
    attempts.add(time);
    return true;
  }
}

const whole = objectWith('a worker or a session', ['endSession'], 'Give one of them, or { key, endSession }.');
const MIN_KEY = 16;

/** Allowed attempts, with the right key or a wrong one; `within` in ms. */
const ATTEMPTS = { max: 5, within: 60_000 };

/** The value is a secret: errors do not show it. */
export function checkKey(key: unknown): void {
  if (typeof key === 'string' && key.length >= MIN_KEY) return;
  const problem = typeof key === 'string' ? 'is shorter than 16 characters' : 'is not a string';
  throw new RxvisorError('ERR_OPTION', `key: ${problem}. Give 16 characters or more.`);
}

/** Express removes the mount path of a handler, and keeps the whole path in `originalUrl`. */
function keyIn(request: IncomingMessage): string | undefined {
  const url: unknown = Reflect.get(request, 'originalUrl') ?? request.url;
  const [, key] = /^\/kill\/([^/?#]+)$/.exec(String(url)) ?? [];
  try {
    return key === undefined ? undefined : decodeURIComponent(key);
  } catch {
    return undefined;
  }
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
