import type { ChildEvent } from '../model/childEvent.js';
import { legend } from './legend.js';

const types = new Set<unknown>(Object.values(legend).map(({ event }) => event.type));

export function isChildEvent(value: unknown): value is ChildEvent {
  return typeof value === 'object' && value !== null && 'attempt' in value && 'type' in value && types.has(value.type);
}
