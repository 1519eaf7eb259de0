import strip from 'strip-ansi';
import { terminalColumns } from './columnsOf.js';

/** How many columns a text takes on a terminal; colours take none. */
export function widthOf(text: string): number {
  return terminalColumns(strip(text)).reduce((sum, { columns }) => sum + columns, 0);
}
