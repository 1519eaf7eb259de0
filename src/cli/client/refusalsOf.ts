import { escapeControls } from '../../model/visible.js';
import { labelOf } from '../labelOf.js';
import type { Row } from './rows.js';

/**
 * What was refused and why: a sentence for each such child. Only a manager knows what was asked for: one that has failed is no
 * fault of `stop` or `delete`.
 */
export function refusalsOf(rows: readonly Row[]): readonly string[] {
  return rows.flatMap((row) =>
    row.refused === undefined ? [] : [`${called(row, rows)}: ${escapeControls(row.refused)}`],
  );
}

/** Of several that are called the same, each by its id, too. */
function called(row: Row, rows: readonly Row[]): string {
  const { text } = labelOf(row);
  const alike = rows.filter(({ name }) => name !== undefined && name === row.name);
  return alike.length < 2 ? text : `${text}#${String(row.id)}`;
}
