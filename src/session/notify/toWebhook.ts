import {
  asyncScheduler,
  catchError,
  defer,
  ignoreElements,
  mergeMap,
  of,
  retry,
  type SchedulerLike,
  throwError,
  timeout,
  timer,
} from 'rxjs';
import { fromFetch } from 'rxjs/fetch';
import { checkArgument, checkOptions, checkThat, isRecord, type OptionChecks } from '../../model/check.js';
import { callback, delay, listOf, scheduler as aScheduler } from '../../model/checks.js';
import { describeError, RxvisorError } from '../../model/errors.js';
import { type CrashDigest, digestText } from '../crashes.js';
import type { NotifySink } from './notify.js';

export interface WebhookOptions {
  /** Headers beside `content-type`. Default: none. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Makes the body, sent as JSON. Default: the digest, with `subject` and `text` for people. */
  readonly body?: ((digest: CrashDigest) => unknown) | undefined;
  /** How long the server may take to answer, in ms. Default `10_000`. */
  readonly timeout?: number | undefined;
  /** Delays before retries, in ms. Default `[1_000, 5_000, 30_000]`. */
  readonly retryAt?: readonly number[] | undefined;
  /** For the timeout and the delays. Default `asyncScheduler`. */
  readonly scheduler?: SchedulerLike | undefined;
}

/**
 * Reports crashes by an HTTP POST. It retries if there is no answer, or the status is 408, 429 or 5xx. Any other status but 2xx
 * fails at once.
 *
 * @param url of http or https
 * @param options see {@link WebhookOptions}
 * @throws RxvisorError with code `ERR_OPTION`, at once
 * @returns fails with an RxvisorError, code `ERR_NOTIFY`, after the last try
 * @example
 * ```ts
 * import { toWebhook } from 'rxvisor/session';
 *
 * const sink = toWebhook('https://chat.example.com/hook', {
 *   body: ({ count, crashes }) => ({ text: `${count} crashes, the last: ${crashes.at(-1)?.error.message}` }),
 * });
 * ```
 */
export function toWebhook(url: string, options: WebhookOptions = {}): NotifySink {
  checkArgument('url', url, anUrl);
  checkOptions(options, webhookOptions);
  const {
    headers = {},
    body = (digest: CrashDigest) => ({ ...digest, ...digestText(digest) }),
    timeout: limit = 10_000,
    retryAt = [1_000, 5_000, 30_000],
    scheduler = asyncScheduler,
  } = options;
  const { origin } = new URL(url);
  return (digest) =>
    defer(() =>
      fromFetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body(digest)),
        redirect: 'error',
        // The body does not matter, but an unread body would keep the connection open.
        selector: async (response) => {
          await response.body?.cancel();
          return response.status;
        },
      }),
    ).pipe(
      timeout({ first: limit, scheduler }),
      mergeMap((status) => (status >= 200 && status < 300 ? of(true) : throwError(() => new WebhookRefusal(status)))),
      retry({
        count: retryAt.length,
        delay: (error, tried) =>
          error instanceof WebhookRefusal && !error.passing
            ? throwError(() => error)
            : timer(retryAt[tried - 1] ?? 0, scheduler),
      }),
      ignoreElements(),
      // The path may contain a secret, as the hooks of chats do.
      catchError((error: unknown) =>
        throwError(
          () => new RxvisorError('ERR_NOTIFY', `${origin}: ${describeError(error).message}`, { cause: error }),
        ),
      ),
    );
}

const webhookOptions: OptionChecks<WebhookOptions> = {
  headers: checkThat(isHeaders, 'is not a set of headers. Give an object of strings: { authorization: … }.'),
  body: callback,
  timeout: delay,
  retryAt: listOf('a list of delays', 'Give an array of milliseconds; [] for never.', delay),
  scheduler: aScheduler,
};
const anUrl = checkThat(
  (value) => typeof value === 'string' && URL.canParse(value) && /^https?:$/.test(new URL(value).protocol),
  "is not a URL of http. Give 'https://…'.",
);

/** Whether fetch accepts these headers. */
function isHeaders(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const entries = Object.entries<unknown>({ ...value });
  try {
    for (const [name, text] of entries) new Headers().append(name, String(text));
    return entries.every(([, text]) => typeof text === 'string');
  } catch {
    return false;
  }
}

/** The server answered with a status other than 2xx. */
class WebhookRefusal extends Error {
  /** Whether a retry may succeed. */
  readonly passing: boolean;

  constructor(status: number) {
    super(`status ${String(status)}`);
    this.passing = status === 408 || status === 429 || status >= 500;
  }
}
