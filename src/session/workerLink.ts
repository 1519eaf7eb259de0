import type { SchedulerLike } from 'rxjs';
import { isTerminal } from '../model/isTerminal.js';
import { channel, type ChannelTarget } from './channel.js';
import { type EndRequest, type MonitorSide, SESSION_CHANNEL, type WorkerSide } from './protocol.js';
import type { Settings } from './settings.js';

export interface WorkerLinkOptions {
  readonly scheduler: SchedulerLike;
  readonly settings: () => Settings;
  readonly onNotice: (text: string) => void;
  readonly onEnd: (request: EndRequest) => void;
}

/** What a session and its worker have to say to each other, beside what the application has. */
export interface WorkerLink {
  readonly setting: (name: string, value: number) => void;
  readonly ending: () => void;
  readonly destroy: () => void;
}

export function workerLink(target: ChannelTarget, options: WorkerLinkOptions): WorkerLink {
  const { scheduler, settings, onNotice, onEnd } = options;
  const link = channel<WorkerSide, MonitorSide>(target, { name: SESSION_CHANNEL, scheduler });
  const timeout = 5_000;
  let there = false;
  const dying = target.event$.subscribe({
    next: (event) => {
      if (isTerminal(event)) there = false;
    },
    error: () => undefined,
  });
  link.handle('hello', () => {
    there = true;
    return settings();
  });
  link.handle('notice', onNotice);
  link.handle('endSession', onEnd);
  // A program that is no worker of ours is told nothing; one that dies meanwhile finds it in its next environment.
  const ignoreFailure = (): void => undefined;

  return {
    setting: (name, value) => {
      if (there) link.call('setting', { name, value }, { timeout }).catch(ignoreFailure);
    },
    ending: () => {
      if (there) link.call('ending', undefined, { timeout }).catch(ignoreFailure);
    },
    destroy: () => {
      dying.unsubscribe();
      link.destroy();
    },
  };
}
