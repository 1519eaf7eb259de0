import type { Crew } from './crew.js';
import type { Desk } from './desk.js';
import { stopped } from './stopped.js';

/** The two ways in which a pool ends. */
export interface Ending {
  readonly softStop: () => Promise<void>;
  readonly hardStop: () => Promise<void>;
  /** Something has been finished: perhaps it was the last thing. */
  readonly tend: () => void;
  readonly state: () => 'open' | 'draining' | 'stopped';
}

export interface EndingOptions {
  readonly desk: Desk;
  readonly crew: Crew;
  /** It takes no more requests. */
  readonly onEnding: () => void;
  /** All workers are gone. */
  readonly onEnd: () => void;
}

export function ending({ desk, crew, onEnding, onEnd }: EndingOptions): Ending {
  const { slots, supervisor } = crew;
  let state: 'open' | 'draining' | 'stopped' = 'open';
  let way: 'soft' | 'hard' | undefined;
  let emptying = false;
  let resolve = (): void => undefined;
  const gone = new Promise<void>((done) => (resolve = done));

  return {
    softStop: async () => {
      if (way !== undefined) return gone;
      way = 'soft';
      close();
      tend();
      return gone;
    },
    hardStop: async () => {
      if (way === 'hard') return gone;
      const closed = way !== undefined;
      way = 'hard';
      if (!closed) close();
      desk.failAll(stopped, true);
      await end();
      return gone;
    },
    tend,
    state: () => state,
  };

  function close(): void {
    state = 'draining';
    desk.close(stopped);
    onEnding();
  }

  /** Workers are taken out when no request is left: one that dies leaves what it has to the others. */
  function tend(): void {
    if (way !== 'soft' || emptying || desk.queued() > 0 || slots.some(isAtWork)) return;
    emptying = true;
    void Promise.all(slots.map(crew.leave)).then(end);
  }

  async function end(): Promise<void> {
    await supervisor[Symbol.asyncDispose]();
    if (state === 'stopped') return;
    state = 'stopped';
    onEnd();
    resolve();
  }
}

function isAtWork({ held }: Crew['slots'][number]): boolean {
  return held.some(({ state }) => state === 'sent');
}
