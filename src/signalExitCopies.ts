/**
 * How many listeners the package signal-exit has on each signal: one for each loaded copy. It passes a signal on as soon
 * as nobody else listens, so it is not somebody who handles signals: two such libraries that take each other for one would
 * make a process that no signal ends.
 *
 * Its emitter is global, by one name up to version 3 and by another since: https://github.com/tapjs/signal-exit
 */
export function signalExitCopies(): number {
  return countOf(Reflect.get(process, '__signal_exit_emitter__')) + countOf(Reflect.get(globalThis, emitter));
}

const emitter = Symbol.for('signal-exit emitter');

function countOf(emitter: unknown): number {
  return typeof emitter === 'object' && emitter !== null && 'count' in emitter && typeof emitter.count === 'number'
    ? emitter.count
    : 0;
}
