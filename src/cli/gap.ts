/** What stands between two columns of a table. */
export const columnGap = '  ';
