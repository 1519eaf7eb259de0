import { readdirSync, readFileSync } from 'node:fs';

/** The living processes with a variable of this name in their environment. A zombie has none. */
export function carriers(name: string): number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .filter((entry) => {
      try {
        return readFileSync(`/proc/${entry}/environ`, 'latin1').includes(`${name}=`);
      } catch {
        return false;
      }
    })
    .map(Number);
}
