/** What a manager is called in tables, and for `--manager`. */
export function managerName({ pid, name }: { readonly pid: number; readonly name?: string }): string {
  return name === 'daemon' ? name : String(pid);
}
