import { visible } from '../../model/visible.js';
import { labelOf } from '../labelOf.js';
import type { Row } from './rows.js';

/** What was refused, or given up, and why: a sentence for each such child. */
export function refusalsOf(rows: readonly Row[]): readonly string[] {
  return rows.flatMap((row) => {
    const problem = row.refused ?? (row.state === 'failed' ? 'given up' : undefined);
    return problem === undefined ? [] : [`${called(row, rows)}: ${visible(problem)}`];
  });
}

/** Of several that are called the same, each by its id, too. */
function called(row: Row, rows: readonly Row[]): string {
  const { text } = labelOf(row);
  const alike = rows.filter(({ name }) => name !== undefined && name === row.name);
  return alike.length < 2 ? text : `${text}#${String(row.id)}`;
}
