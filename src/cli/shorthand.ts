const FORMS = new Map<string, (args: readonly string[]) => readonly string[]>([
  ['-r', ([file, ...args]) => ['run', ...(file === undefined ? [] : [file]), ...args]],
  ['-l', (args) => ['list', ...args]],
  ['-s', (args) => ['stop', ...byPid(args)]],
  ['-R', (args) => ['restart', ...byPid(args)]],
  ['-L', (args) => ['logs', ...byPid(args)]],
]);

/** The short forms of Resume.js (`-r FILE`, `-l`, and `-s`, `-R`, `-L` of a pid), as the commands they stand for. */
export function expandShorthand(args: readonly string[]): readonly string[] {
  const [first = '', ...rest] = args;
  return FORMS.get(first)?.(rest) ?? args;
}

function byPid([pid, ...args]: readonly string[]): readonly string[] {
  if (pid === undefined) return [];
  return [/^\d+$/.test(pid) ? `pid:${pid}` : pid, ...args];
}
