/** Named by the time of its rotation in UTC, so that the order of the names is that of the files. */
const rotated = /^\.\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}Z(?:\.gz)?$/;

/** Whether a name is one that a rotation gives to a log of this name, compressed or not. */
export function isRotated(log: string, name: string): boolean {
  return name.startsWith(log) && rotated.test(name.slice(log.length));
}
