import { Subject } from 'rxjs';
import type { ChildEvent } from '../../../src/index.js';
import { channel, type Channel, type PromisedChannel } from '../../../src/session/index.js';
import { rpcPeer } from '../../../src/session/rpc/rpcPeer.js';
import type { RpcTransport, RpcTransportListener } from '../../../src/session/rpc/contract.js';
import { promisedChannel } from '../../../src/session/rpc/promisedChannel.js';

/** A manager's channel, and a child that can die and come back, with a channel of its own in each run. */
export interface Pair {
  readonly manager: Channel;
  readonly event$: Subject<ChildEvent>;
  /** Starts a run. */
  readonly spawn: () => PromisedChannel<
    Record<string, (args?: unknown) => unknown>,
    Record<string, (args?: unknown) => unknown>
  >;
  /** What is under way to the manager is lost, or comes before the end is reported. */
  readonly die: () => void;
  readonly held: () => boolean;
}

/** @param carry delivers a message, in its own time and order */
export function pair(carry: (deliver: () => void) => void = queueMicrotask): Pair {
  const event$ = new Subject<ChildEvent>();
  let listener: RpcTransportListener | undefined;
  let run = 0;
  let held = false;
  const emit = (event: ChildEvent): void => {
    event$.next(event);
  };
  const manager = channel({
    event$,
    send: (message) => {
      if (listener === undefined) {
        emit({ type: 'refused', command: 'send', reason: 'not running', attempt: run });
        return;
      }
      let text: string;
      try {
        text = JSON.stringify(message);
      } catch (error) {
        emit({ type: 'refused', command: 'send', reason: (error as Error).message, attempt: run });
        return;
      }
      const to = listener;
      carry(() => {
        if (listener === to) to.message(JSON.parse(text));
      });
    },
  });
  return {
    manager,
    event$,
    held: () => held,
    spawn: () => {
      run += 1;
      const mine = run;
      const line: RpcTransport = {
        send: (message) => {
          try {
            const text = JSON.stringify(message);
            carry(() => {
              if (mine === run && listener !== undefined)
                emit({ type: 'message', message: JSON.parse(text), attempt: mine });
            });
            return undefined;
          } catch (error) {
            return { why: 'payload', reason: (error as Error).message };
          }
        },
        listen: (given) => {
          listener = given;
          return () => undefined;
        },
        after: (ms, work) => {
          const timer = setTimeout(work, ms);
          return () => {
            clearTimeout(timer);
          };
        },
        hold: (yes) => {
          held = yes;
        },
      };
      const child = promisedChannel(rpcPeer(line, 'main'));
      emit({ type: 'spawned', pid: run, attempt: run });
      return child;
    },
    die: () => {
      const dead = listener;
      listener = undefined;
      dead?.ended();
      emit({ type: 'exited', code: null, signal: 'SIGKILL', uptime: 1, expected: false, attempt: run });
    },
  };
}
