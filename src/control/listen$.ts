import type { Socket } from 'node:net';
import { asyncScheduler, type Observable, type SchedulerLike } from 'rxjs';
import { relisten$ } from './listenAgain$.js';
import { listenOnce$ } from './listenOnce$.js';

/**
 * Listens at a path, as `listenOnce$`, and again when the socket was removed, as soon as its folder is there.
 */
export function listen$(path: string, scheduler: SchedulerLike = asyncScheduler): Observable<string | Socket> {
  return relisten$(() => listenOnce$(path, scheduler), scheduler);
}
