import type { Observable } from 'rxjs';
import type { ChildEvent, EventOrigin, GaveUp } from '../model/childEvent.js';
import type { Command } from '../model/command.js';

/** A part of a group, from its start to its end, steered by commands. A `stop` ends it; what else does is its own affair. */
export type GroupPart = (command$: Observable<Command>) => Observable<PartNotice>;

/** What a group hears of a part. `ready`: all of it is. */
export type PartNotice =
  { readonly type: 'event'; readonly event: ChildEvent } | { readonly type: 'ready' } | PartFailed;

/** It has given up, and nothing of it is left: a part's last word. */
export interface PartFailed {
  readonly type: 'failed';
  readonly reason: GaveUp['reason'];
  readonly origin: EventOrigin;
}
