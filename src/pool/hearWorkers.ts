import { frames } from '../wire/frames.js';
import type { Answers } from './answers.js';
import type { Crew } from './crew.js';
import type { Desk } from './desk.js';
import type { Healths } from './healths.js';
import type { PoolEvents } from './poolEvents.js';
import type { Recycler } from './recycler.js';
import type { Slot } from './slot.js';

export interface Ears {
  readonly requests: Answers;
  readonly crew: Pick<Crew, 'tend' | 'onStopped'>;
  readonly desk: Pick<Desk, 'pump'>;
  readonly events: Pick<PoolEvents, 'take'>;
  readonly health: Pick<Healths, 'take'>;
  readonly recycling: Pick<Recycler, 'check'>;
  readonly onChange: () => void;
}

/** What is done about each frame of a worker's. Those about requests come first: they are the many. */
export function hearWorkers({ requests, crew, desk, events, health, recycling, onChange }: Ears) {
  return (slot: Slot, type: number, id: number, value: unknown, more: number): void => {
    if (requests.take(slot, type, id, value, more)) return;
    switch (type) {
      case frames.ready:
      case frames.busy:
        // One that is being ended means nothing by it any more.
        if (slot.state === 'down' || slot.state === 'failed') return;
        slot.state = type === frames.ready ? 'ready' : 'busy';
        recycling.check(slot);
        desk.pump();
        crew.tend(slot);
        onChange();
        break;
      case frames.stopped:
        crew.onStopped(slot);
        break;
      case frames.socketClosed:
        slot.sockets = Math.max(0, slot.sockets - 1);
        break;
      case frames.health:
        health.take(slot, value);
        recycling.check(slot);
        break;
      case frames.event:
        events.take(slot, id, value);
        break;
    }
  };
}
