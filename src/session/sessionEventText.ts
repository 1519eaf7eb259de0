import type { SessionEvent } from './sessionEvent.js';

/** An event of a session as a line for people; undefined for those that are not worth one. */
export function sessionEventText(event: SessionEvent): string | undefined {
  switch (event.type) {
    case 'notice':
      return event.text;
    case 'listening':
      return event.first ? 'listening' : 'listening again';
    case 'heartbeatMissed':
      return `no answer: ${String(event.failures)} of ${String(event.tolerance)} tolerated failures (${event.message})`;
    case 'unresponsive':
      return `unresponsive: ${event.message}`;
    case 'crashed':
      return `crashed: ${event.report.error.name}: ${event.report.error.message}`;
    case 'backingOff':
      return `restarts in ${String(event.delay)} ms, after crash ${String(event.crashes)}`;
    case 'gaveUp':
      return `failed, not restarted: ${event.reason}`;
    case 'setting':
      return `${event.name} is ${String(event.value)}`;
    case 'notifyFailed':
      return `could not notify: ${event.message}`;
    case 'sessionEnded':
      return `the session has ended: ${event.reason}`;
    default:
      return undefined;
  }
}
