import { RxvisorError } from '../model/errors.js';
import type { ChildSpec } from '../model/childSpec.js';
import { show } from '../model/show.js';

/**
 * The process types of a Procfile, each a line `name: command`, as services. The command is one for a shell.
 *
 * @throws RxvisorError with code `ERR_CONFIG`, naming the line
 * @see https://devcenter.heroku.com/articles/procfile
 */
export function parseProcfile(text: string, file: string): readonly ChildSpec[] {
  return text.split(/\r?\n/).flatMap((line, index): ChildSpec[] => {
    if (/^\s*(#|$)/.test(line)) return [];
    const [, name, command] = /^\s*([\w-]+):\s*(\S.*?)\s*$/.exec(line) ?? [];
    if (name !== undefined && command !== undefined) return [{ name, command: 'sh', args: ['-c', command] }];
    throw new RxvisorError(
      'ERR_CONFIG',
      `${file}:${String(index + 1)}: ${show(line)} is no process type. Give a name and a command: web: node server.js`,
    );
  });
}
