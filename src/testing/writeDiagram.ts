import type { Diagram, Mark } from './readDiagram.js';

/**
 * The diagram of what happened, to be pasted into a test. Undefined where there is none: signs that follow a group more
 * closely than the group is long.
 */
export function writeDiagram({ marks, open }: Pick<Diagram, 'marks' | 'open'>): string | undefined {
  const parts: string[] = [];
  let end = 0;
  for (const { frame, signs } of groupsOf(marks)) {
    if (frame < end) return undefined;
    parts.push(gap(frame - end), signs.length > 1 ? `(${signs.join('')})` : signs.join(''));
    end = frame + (signs.length > 1 ? signs.length + 2 : 1);
  }
  if (open) parts.push('...');
  return parts.filter((part) => part !== '').join(' ');
}

function groupsOf(marks: readonly Mark[]): readonly { readonly frame: number; readonly signs: string[] }[] {
  const groups: { readonly frame: number; readonly signs: string[] }[] = [];
  for (const { frame, sign } of marks) {
    const last = groups.at(-1);
    if (last?.frame === frame) last.signs.push(sign);
    else groups.push({ frame, signs: [sign] });
  }
  return groups;
}

function gap(ms: number): string {
  if (ms < 4 && Number.isInteger(ms)) return '-'.repeat(ms);
  if (ms < 10_000 && ms % 1_000 !== 0) return `${String(ms)}ms`;
  const minutes = Math.floor(ms / 60_000);
  const seconds = Math.floor((ms % 60_000) / 1_000);
  const rest = Number((ms % 1_000).toFixed(3));
  return [
    ...(minutes > 0 ? [`${String(minutes)}m`] : []),
    ...(seconds > 0 ? [`${String(seconds)}s`] : []),
    ...(rest > 0 ? [`${String(rest)}ms`] : []),
  ].join(' ');
}
