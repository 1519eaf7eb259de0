/** What a login or systemd gives every program, what the places depend on, and what this Node may need to start. */
const KEPT = new Set([
  ...['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'LANG', 'LC_ALL', 'TZ'],
  ...['RXVISOR_HOME', 'XDG_RUNTIME_DIR', 'XDG_STATE_HOME'],
  ...['LD_LIBRARY_PATH', 'ELECTRON_RUN_AS_NODE'],
  // https://learn.microsoft.com/windows/win32/procthread/environment-variables
  ...['SYSTEMROOT', 'COMSPEC', 'PATHEXT', 'TEMP', 'TMP', 'USERPROFILE', 'USERNAME', 'APPDATA', 'LOCALAPPDATA'],
]);

/**
 * The environment of the background manager: of its first caller's only what it needs itself. Services bring their own.
 */
export function daemonEnv(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const isKept = (key: string): boolean => KEPT.has(process.platform === 'win32' ? key.toUpperCase() : key);
  return Object.fromEntries(Object.entries(env).filter(([key]) => isKept(key)));
}
