/** How a server fares, by what it answers. JSON-safe. */
export type HeartbeatEvent = Listening | HeartbeatMissed | Unresponsive;

/** It answers: for the first time, or, after missed beats, again. */
export interface Listening {
  readonly type: 'listening';
  readonly first: boolean;
}

/** It has not answered so many times in a row, of which `tolerance` are tolerated. */
export interface HeartbeatMissed {
  readonly type: 'heartbeatMissed';
  readonly failures: number;
  readonly tolerance: number;
  readonly message: string;
}

/** It has not answered more often than is tolerated, or never within `startTimeout`. The last event. */
export interface Unresponsive {
  readonly type: 'unresponsive';
  readonly failures: number;
  readonly message: string;
}
