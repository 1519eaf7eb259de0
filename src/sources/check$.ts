import type * as Http from 'node:http';
import { connect } from 'node:net';
import { defer, from, Observable, switchMap } from 'rxjs';
import type { ProbeTarget } from '../model/probeSpec.js';
import { execCheck$, type TreeEffects } from './execCheck$.js';

/** Where and how the program of an `exec` probe runs. */
export interface ProbePlace {
  readonly umask?: number | undefined;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Asks a target once: completes when it passes, else errors with a message that says why. */
export function check$(target: ProbeTarget, place: ProbePlace, effects: TreeEffects): Observable<never> {
  if ('http' in target) return http$(target.http);
  if ('tcp' in target) return tcp$(target.tcp);
  return execCheck$(target.exec, place, effects);
}

function http$(url: string): Observable<never> {
  // Loaded when it is needed: a manager without such a probe need not pay for it.
  const library = (): Promise<Pick<typeof Http, 'get'>> =>
    url.startsWith('https:') ? import('node:https') : import('node:http');
  return defer(() => from(library())).pipe(
    switchMap(
      ({ get }) =>
        new Observable<never>((subscriber) => {
          // No agent: a connection that is kept would answer for a server that takes no new ones.
          const request = get(url, { agent: false, headers: { connection: 'close' } }, (response) => {
            const { statusCode = 0 } = response;
            response.destroy();
            if (statusCode >= 200 && statusCode < 400) subscriber.complete();
            else subscriber.error(new Error(`${url}: status ${String(statusCode)}`));
          });
          request.on('error', (error) => {
            subscriber.error(error);
          });
          return () => {
            request.destroy();
          };
        }),
    ),
  );
}

function tcp$(address: number | string): Observable<never> {
  return new Observable<never>((subscriber) => {
    const socket = connect(addressOf(address));
    socket.on('connect', () => {
      subscriber.complete();
    });
    socket.on('error', (error) => {
      subscriber.error(error);
    });
    return () => {
      socket.destroy();
    };
  });
}

function addressOf(address: number | string): { host: string; port: number } | { path: string } {
  if (typeof address === 'number') return { host: 'localhost', port: address };
  if (/^(\/|\\\\)/.test(address)) return { path: address };
  const colon = address.lastIndexOf(':');
  return { host: address.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(address.slice(colon + 1)) };
}
