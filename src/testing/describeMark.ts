import type { ChildEvent } from '../model/childEvent.js';
import { show } from '../model/show.js';

/** An event in words, with what matters of it: `exited, code 137`. */
export function describeMark(sign: string, event: ChildEvent): string {
  const detail = detailOf(event);
  return `${sign} ${event.type}${detail === '' ? '' : ` (${detail})`}`;
}

function detailOf(event: ChildEvent): string {
  switch (event.type) {
    case 'exited':
      return `${event.signal ?? `code ${String(event.code)}`}${event.expected ? ', as asked' : ''}`;
    case 'output':
      return show(event.text.trimEnd());
    case 'message':
      return show(event.message);
    case 'backingOff':
      return `delay ${String(event.delay)}, crashes ${String(event.crashes)}`;
    case 'stopping':
    case 'gaveUp':
      return event.reason;
    case 'refused':
      return `${event.command}: ${event.reason}`;
    case 'spawnFailed':
    case 'logFailed':
    case 'triggerFailed':
    case 'guardianFailed':
      return event.message;
    default:
      return '';
  }
}
