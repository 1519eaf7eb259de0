import { legend as common } from '../../src/testing/legend.js';
import { type Column, type Gap, layout, marble } from './layout.js';
import type { Policy } from './policy.js';
import type { Lane, Rehearsal } from './rehearse.js';
import { writeTime } from './score.js';
import { kindOf, style } from './style.js';

const width = 860;
const margin = 20;
const left = 128;
const right = width - margin;
const commandLegend: Readonly<Record<string, string>> = { S: 'a stop command', R: 'a restart command' };

/** Draws a diagram: the inputs, the operator call and the outputs, over a time axis with gaps. */
export function draw(
  { title, prose, legend = {} }: Policy,
  call: readonly string[],
  { inputs, outputs }: Rehearsal,
): string {
  const lanes = [...inputs, ...outputs];
  const plan = layout(lanes, left, right - 16);
  const parts: string[] = [];
  let y = margin + 16;
  const text = (x: number, at: number, kind: string, value: string): void =>
    void parts.push(`<text x="${n(x)}" y="${n(at)}" class="${kind}">${escaped(value)}</text>`);

  text(margin, y, 'title ink', title);
  for (const line of wrap(prose, 118)) text(margin, (y += 20), 'soft', line);
  y += 14;
  for (let row = 0; row < plan.rows; row += 1) {
    const columns = plan.columns.filter((column) => column.row === row);
    const gaps = plan.gaps.filter((gap) => gap.row === row);
    const top = y;
    y = drawRuler(parts, columns, gaps, y + 22);
    const ticks = parts.length;
    for (const lane of inputs) y = drawLane(parts, lane, columns, gaps, plan.columns, row, y);
    const between = y;
    if (row === 0) y = drawCall(parts, call, y + 4);
    else if (inputs.length > 0) y += 4;
    const after = y;
    for (const lane of outputs) y = drawLane(parts, lane, columns, gaps, plan.columns, row, y);
    // First, so that it is below all marbles.
    const lines = columns.flatMap(({ x, width: wide }) =>
      [[top + 26, row === 0 ? between : y], ...(row === 0 ? [[after, y]] : [])].map(
        ([from, to]) => `<path d="M${n(x + tick(wide))} ${n(from!)}V${n(to!)}" class="faint" stroke-dasharray="2 3"/>`,
      ),
    );
    parts.splice(ticks, 0, ...lines);
    y += row < plan.rows - 1 ? 14 : 6;
  }
  y = drawLegend(parts, lanes, { ...commandLegend, ...legend }, y + 22);
  const height = y + margin - 6;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${n(height)}" width="${width}" height="${n(height)}" role="img">`,
    `<title>${escaped(`${title}. ${prose}`)}</title>`,
    `<style>${style}</style>`,
    `<rect x=".5" y=".5" width="${width - 1}" height="${n(height - 1)}" rx="10" class="paper"/>`,
    ...parts,
    '</svg>\n',
  ].join('\n');
}

function drawRuler(parts: string[], columns: readonly Column[], gaps: readonly Gap[], y: number): number {
  const first = columns[0]!;
  parts.push(
    `<path d="M${left} ${n(y)}H${n(Math.max(...gaps.map(({ to }) => to), columns.at(-1)!.x + columns.at(-1)!.width))}" class="line"/>`,
  );
  for (const { x, width: wide } of columns) parts.push(`<path d="M${n(x + tick(wide))} ${n(y - 4)}v8" class="line"/>`);
  parts.push(
    `<text x="${left - 14}" y="${n(y + 4)}" class="small soft end">${first.at === 0 ? 'time' : `at ${writeTime(first.at)}`}</text>`,
  );
  for (const { ms, from, to, broken } of gaps) {
    const mid = (from + to) / 2;
    parts.push(`<text x="${n(mid)}" y="${n(y - 7)}" class="small ink mid">${writeTime(ms)}</text>`);
    if (broken) parts.push(breakAt(mid, y));
  }
  return y + 12;
}

/** Two strokes through a line: a gap in the time axis. */
function breakAt(x: number, y: number): string {
  return (
    `<path d="M${n(x - 5)} ${n(y + 5)}l5 -10h5l-5 10z" class="gap"/>` +
    `<path d="M${n(x - 5)} ${n(y + 5)}l5 -10M${n(x)} ${n(y + 5)}l5 -10" class="line"/>`
  );
}

function drawLane(
  parts: string[],
  { name, marks, states }: Lane,
  columns: readonly Column[],
  gaps: readonly Gap[],
  all: readonly Column[],
  row: number,
  top: number,
): number {
  const y = top + 16;
  const last = all.find((column) => column.at === marks.at(-1)?.at);
  const edge = Math.max(...gaps.map(({ to }) => to), columns.at(-1)!.x + columns.at(-1)!.width);
  const end =
    last?.row === row && marks.at(-1)?.sign === '|' ? last.x + last.width : edge + (last?.row === row ? 10 : 0);
  if (last === undefined || last.row >= row) parts.push(`<path d="M${left} ${n(y)}H${n(end)}" class="line"/>`);
  parts.push(`<text x="${left - 14}" y="${n(y + 4)}" class="mono ink end">${escaped(name)}</text>`);
  for (const { x, at, width: wide } of columns) {
    const here = marks.filter((mark) => mark.at === at);
    const signs = here.filter(({ sign }) => /\w/.test(sign));
    signs.forEach(({ sign }, index) => {
      const mid = x + (index + 0.5) * marble;
      parts.push(drawMarble(sign, mid, y));
    });
    if (here.some(({ sign }) => sign === '|'))
      parts.push(`<path d="M${n(x + wide + 3)} ${n(y - 11)}v22M${n(x + wide - 4)} ${n(y)}h7" class="line"/>`);
    if (here.some(({ sign }) => sign === '...'))
      parts.push(`<text x="${n(x + wide + 2)}" y="${n(y + 4)}" class="ink">…</text>`);
  }
  return states.length === 0 ? top + 34 : drawBand(parts, states, all, row, edge, top + 32);
}

function drawMarble(sign: string, x: number, y: number): string {
  const kind = kindOf(sign);
  const shape =
    kind === 'command'
      ? `<rect x="${n(x - 10)}" y="${n(y - 10)}" width="20" height="20" rx="4" class="m-command"/>`
      : `<circle cx="${n(x)}" cy="${n(y)}" r="10.5" class="m-${kind}"/>`;
  return `${shape}<text x="${n(x)}" y="${n(y + 4.5)}" class="sign mid">${escaped(sign)}</text>`;
}

/** The states of a child, as a band below its marbles. */
function drawBand(
  parts: string[],
  states: Lane['states'],
  all: readonly Column[],
  row: number,
  edge: number,
  y: number,
): number {
  const place = (at: number): number => {
    const column = all.find((each) => each.at === at)!;
    if (column.row !== row) return column.row < row ? left : edge;
    return column.x + tick(column.width);
  };
  states.forEach(({ at, state }, index) => {
    const from = place(at);
    const next = states[index + 1];
    const to = next === undefined ? edge : place(next.at);
    if (to <= from || from >= edge) return;
    parts.push(`<rect x="${n(from)}" y="${n(y)}" width="${n(to - from)}" height="14" rx="3" class="${state}"/>`);
    if (to - from > state.length * 6 + 6)
      parts.push(`<text x="${n((from + to) / 2)}" y="${n(y + 10.5)}" class="state mid">${state}</text>`);
  });
  return y + 22;
}

function drawCall(parts: string[], call: readonly string[], top: number): number {
  const height = call.length * 17 + 13;
  parts.push(`<rect x="${margin}" y="${n(top)}" width="${right - margin}" height="${height}" rx="6" class="box"/>`);
  call.forEach((line, index) =>
    parts.push(
      `<text x="${margin + 14}" y="${n(top + 20 + index * 17)}" class="mono ink" xml:space="preserve">${escaped(line)}</text>`,
    ),
  );
  return top + height + 8;
}

function drawLegend(
  parts: string[],
  lanes: readonly Lane[],
  own: Readonly<Record<string, string>>,
  top: number,
): number {
  const meanings: Readonly<Record<string, string | undefined>> = {
    ...Object.fromEntries(Object.entries(common).map(([sign, { means }]) => [sign, means])),
    ...own,
  };
  const seen = new Set(lanes.flatMap(({ marks }) => marks.map(({ sign }) => sign)));
  const states = new Set(
    lanes.flatMap(({ states }) =>
      states.filter(({ at }, index) => at !== states[index + 1]?.at).map(({ state }) => state),
    ),
  );
  let x = margin;
  let y = top;
  const place = (wide: number): void => {
    if (x + wide > right) [x, y] = [margin, y + 26];
  };
  for (const sign of [...seen].filter((sign) => /\w/.test(sign) && meanings[sign] !== undefined).sort()) {
    const means = meanings[sign]!;
    place(means.length * 6.6 + 44);
    parts.push(
      drawMarble(sign, x + 11, y - 4),
      `<text x="${n(x + 28)}" y="${n(y)}" class="small soft">${escaped(means)}</text>`,
    );
    x += means.length * 6.1 + 46;
  }
  if (states.size > 0) [x, y] = [margin, y + 24];
  for (const state of states) {
    parts.push(
      `<rect x="${n(x)}" y="${n(y - 11)}" width="22" height="14" rx="3" class="${state}"/>`,
      `<text x="${n(x + 28)}" y="${n(y)}" class="small soft">${state}</text>`,
    );
    x += state.length * 6.1 + 46;
  }
  return y;
}

/** The first marble of a column is at its time. The others, beside it, have the same time. */
function tick(width: number): number {
  return Math.min(width, marble) / 2;
}

function wrap(text: string, most: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = `${lines.at(-1)!} ${word}`.trim();
    if (line.length <= most) lines[lines.length - 1] = line;
    else lines.push(word);
  }
  return lines;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function n(value: number): string {
  return String(Math.round(value * 10) / 10);
}
