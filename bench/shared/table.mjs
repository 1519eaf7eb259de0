/** A table in Markdown. */
export function printTable(title, head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  console.log(`\n${title}\n`);
  for (const text of [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)]) console.log(text);
}
