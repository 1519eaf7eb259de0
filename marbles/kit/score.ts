/** A letter at its time in ms. */
export interface Mark {
  readonly at: number;
  readonly sign: string;
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** Reads `s 2s xb 100ms s ...` */
export function readScore(text: string): readonly Mark[] {
  let at = 0;
  return text.split(/\s+/).flatMap((word) => {
    const [, amount, unit = ''] = /^(\d+)(ms|s|m|h)$/.exec(word) ?? [];
    if (amount === undefined)
      return word === '' ? [] : word === '...' ? [{ at, sign: '...' }] : [...word].map((sign) => ({ at, sign }));
    at += Number(amount) * units[unit]!;
    return [];
  });
}

export function writeScore(marks: readonly Mark[]): string {
  let last = 0;
  let text = '';
  for (const { at, sign } of marks) {
    if (at > last) text += ` ${writeTime(at - last)} `;
    else if (sign === '...') text += ' ';
    text += sign;
    last = at;
  }
  return text.trim();
}

export function writeTime(ms: number): string {
  const parts: string[] = [];
  let rest = ms;
  for (const unit of ['h', 'm', 's', 'ms'] as const) {
    const amount = Math.floor(rest / units[unit]!);
    rest -= amount * units[unit]!;
    if (amount > 0) parts.push(`${amount}${unit}`);
  }
  return parts.join(' ') || '0';
}
