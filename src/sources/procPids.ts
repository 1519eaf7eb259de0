import { readdirSync } from 'node:fs';

/** The numbers of all processes there are. proc(5) */
export function procPids(): readonly number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number);
}
