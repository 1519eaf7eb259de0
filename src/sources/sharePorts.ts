import { fileURLToPath } from 'node:url';
import { filter } from 'rxjs';
import type { Effects } from '../effects.js';
import { portBroker } from './portBroker.js';

const SHARE = fileURLToPath(new URL('../../preload/share.cjs', import.meta.url));

/** The same effects, but that what one of the programs listens on is what all of them listen on. */
export function sharePorts(effects: Effects): Effects {
  const broker = portBroker();
  return {
    ...effects,
    spawn: (launch, reading) => {
      const process = effects.spawn({ ...launch, args: ['--require', SHARE, ...launch.args] }, reading);
      const happening$ = process.happening$.pipe(filter((happening) => !broker.hears(process, happening)));
      return { ...process, happening$ };
    },
  };
}
