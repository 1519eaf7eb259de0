import type { RunEnd } from '../../model/runEnd.js';
import type { SupervisorEvent } from '../../supervisor/supervise.js';
import type { Input, WorkerNews } from './inputs.js';
import { releaseParked } from './lanes.js';
import { remove, retire, watchLife } from './leave.js';
import type { PoolState } from './poolState.js';
import { failLost, lose } from './retry.js';
import type { Slot } from './ticket.js';

/** How long the connection of an ended process may stay open, in ms. By then all its frames have been read. */
const LAST_FRAMES = 200;
/** How long a process may still run after it has closed its connection, in ms. */
const DISCONNECTED = 1_000;
/** How long to wait for a restart or a back-off after the end of a process, in ms. After that, no run follows. */
const NO_RESTART = 1_000;

/** Handles messages of a worker other than answers. */
export function onWorkerNews(state: PoolState, input: WorkerNews): void {
  const { actions } = state;
  const { slot } = input;
  switch (input.type) {
    case 'wired':
      // The connection of the last run may not be closed yet. Nothing more is read from it.
      if (slot.link !== undefined) {
        actions.push({ type: 'closeWire', link: slot.link });
        lose(state, slot);
      }
      failLost(state, slot);
      startRun(state, slot, input);
      return;
    case 'hello':
      slot.hello = true;
      return;
    case 'ready':
    case 'busy':
      // A report of a worker that is being stopped is ignored. `busy` changes nothing for a worker that is not ready yet.
      if (slot.state === 'down' || slot.state === 'failed') return;
      if (input.type === 'ready' || slot.state !== 'starting') setReadiness(state, slot, input.type);
      return;
    case 'softStopped':
      if (slot.exit === 'asked') remove(state, slot);
      return;
    case 'socketClosed':
      slot.sockets = Math.max(0, slot.sockets - 1);
      state.idled = true;
      return;
    case 'streamsOver':
      if (slot.exit !== undefined) state.changed = true;
      state.idled = true;
      return;
    case 'health':
      slot.health = input.memory;
      actions.push({ type: 'workerAnswered', slot });
      if (input.memory.rss > state.plan.recycle.maxRss) retire(state, slot, 'large');
      return;
    case 'closed': {
      const { problem } = input;
      slot.problem ??= problem;
      if (slot.pid === undefined) expectReturn(state, slot);
      else actions.push({ type: 'arm', slot, timer: 'end', ms: DISCONNECTED });
      markDown(state, slot);
      lose(state, slot);
      if (problem === undefined) return;
      actions.push({ type: 'complain', slot, problem });
      actions.push({ type: 'kill', slot });
      return;
    }
  }
}

/** Handles an event of the supervisor. */
export function onChildEvent(state: PoolState, slot: Slot, event: SupervisorEvent, end: RunEnd): void {
  const { actions } = state;
  switch (event.type) {
    case 'spawned':
      slot.pid = event.pid;
      slot.lastPid = event.pid;
      actions.push({ type: 'spawned', slot, pid: event.pid });
      if (slot.state !== 'down') return;
      slot.state = 'starting';
      state.changed = true;
      return;
    case 'ready':
      // `ready()` also sends a message to the pool. Without that message, the script does not import `rxvisor/worker`.
      if (slot.state === 'starting') actions.push({ type: 'arm', slot, timer: 'ready', ms: state.plan.readyWait });
      return;
    case 'stopping':
      if (event.reason === 'readyTimeout' && slot.state === 'starting') slot.problem ??= notReadyError(slot);
      // The run is being stopped: it gets no more requests, but may still answer its own.
      markDown(state, slot);
      return;
    case 'exited':
    case 'spawnFailed':
      slot.pid = undefined;
      slot.end = { ...end, cause: slot.problem ?? end.cause };
      if (slot.exit === undefined) state.lastEnd = slot.end;
      if (slot.link === undefined) expectReturn(state, slot);
      else actions.push({ type: 'arm', slot, timer: 'end', ms: LAST_FRAMES });
      markDown(state, slot);
      failLost(state, slot);
      return;
    case 'backingOff':
      slot.returns = true;
      if (slot.link === undefined) actions.push({ type: 'disarm', slot, timer: 'end' });
      return;
    case 'gaveUp':
      giveUp(state, slot);
      return;
    default:
  }
}

/** Handles a timer of a worker that has fired. */
export function onTimer(state: PoolState, { slot, timer }: Extract<Input, { readonly type: 'due' }>): void {
  const { actions } = state;
  switch (timer) {
    case 'end':
      if (slot.link !== undefined) actions.push({ type: 'closeWire', link: slot.link });
      else if (slot.pid !== undefined) actions.push({ type: 'kill', slot });
      else if (!slot.returns) giveUp(state, slot);
      return;
    case 'age':
      retire(state, slot, 'old');
      return;
    case 'ready':
      if (slot.state !== 'starting') return;
      if (slot.hello && state.plan.readyByMessage) {
        setReadiness(state, slot, 'ready');
        return;
      }
      slot.problem = notReadyError(slot);
      actions.push({ type: 'failRun', slot });
      return;
    case 'life':
      if (slot.exit !== 'draining' || slot.link === undefined) return;
      if (!slot.silent) {
        watchLife(state, slot);
        return;
      }
      actions.push({ type: 'kill', slot });
      remove(state, slot);
      return;
    case 'loss':
      failLost(state, slot);
  }
}

/** Resets the slot for a new run, which is connected. */
function startRun(state: PoolState, slot: Slot, { link, pid }: Extract<WorkerNews, { readonly type: 'wired' }>): void {
  const { actions } = state;
  actions.push({ type: 'disarm', slot, timer: 'end' });
  slot.link = link;
  slot.pid = pid;
  slot.lastPid = pid;
  slot.hello = false;
  slot.retire = undefined;
  slot.kept = false;
  slot.served = 0;
  slot.silent = false;
  slot.returns = false;
  slot.problem = undefined;
  slot.end = undefined;
  slot.health = undefined;
}

/** The worker has reported that it accepts requests (`ready`), or accepts none (`busy`). */
function setReadiness(state: PoolState, slot: Slot, to: 'ready' | 'busy'): void {
  const { actions, now } = state;
  const { maxAge } = state.plan.recycle;
  if (slot.state === 'starting') {
    actions.push({ type: 'disarm', slot, timer: 'ready' });
    if (maxAge !== Infinity) actions.push({ type: 'arm', slot, timer: 'age', ms: maxAge });
    slot.idleSince = now;
  }
  slot.state = to;
  slot.joined = true;
  state.waiting = true;
  state.idled = true;
  state.changed = true;
}

/** The reason to end a run that was not ready in time. */
function notReadyError({ hello }: Slot): Error {
  return new Error(`it was not ready in time: it did not ${hello ? 'call ready() of' : 'load'} rxvisor/worker`);
}

/** Expects a restart or a back-off. After an allowed end (by `stopExitCodes`, for example), no event follows. */
function expectReturn(state: PoolState, slot: Slot): void {
  const { actions } = state;
  actions.push({ type: 'arm', slot, timer: 'end', ms: NO_RESTART });
}

/** The worker has failed: no run follows. */
function giveUp(state: PoolState, slot: Slot): void {
  const { actions } = state;
  actions.push({ type: 'disarm', slot, timer: 'end' });
  if (slot.link !== undefined) {
    actions.push({ type: 'closeWire', link: slot.link });
    lose(state, slot);
  }
  slot.state = 'failed';
  releaseParked(state, slot);
  state.changed = true;
}

/** The run gets no more requests: it is ending, or has ended. */
function markDown(state: PoolState, slot: Slot): void {
  const { actions } = state;
  actions.push({ type: 'disarm', slot, timer: 'age' });
  actions.push({ type: 'disarm', slot, timer: 'ready' });
  if (slot.state === 'failed' || slot.state === 'down') return;
  slot.state = 'down';
  state.changed = true;
}
