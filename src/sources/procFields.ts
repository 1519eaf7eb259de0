/**
 * The fields of a process from its state on: the program's name before it stands in parentheses and may hold any
 * character; what follows the last one is regular. proc_pid_stat(5)
 */
export function procFields(stat: string): readonly string[] {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}
