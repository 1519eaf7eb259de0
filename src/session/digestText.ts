import type { CrashDigest } from './crashDigest.js';
import type { CrashReport } from './crashReport.js';

/** A digest for people: a line of subject, and the rest. */
export function digestText(digest: CrashDigest): { readonly subject: string; readonly text: string } {
  const { count, first, last, crashes, key } = digest;
  const [latest] = crashes.slice(-1);
  const who = latest?.name ?? 'child';
  const what = oneLine(`${latest?.error.name ?? 'Error'}: ${latest?.error.message ?? ''}`).slice(0, 120);
  const subject = count === 1 ? `${who} has crashed: ${what}` : `${who} has crashed ${String(count)} times: ${what}`;
  const span = count === 1 ? timeText(first) : `${timeText(first)} to ${timeText(last)}`;
  const kill = key === undefined ? '' : `\nThe key that ends the session (POST /kill/KEY): ${key}\n`;
  return { subject, text: `${subject}\n${span}\n\n${crashes.map(crashText).join('\n')}${kill}` };
}

function crashText({ name = 'child', attempt, cause, error, stderr, time }: CrashReport): string {
  const head = `${timeText(time)} ${name}, run ${String(attempt)} (${cause})`;
  const body = error.stack ?? `${error.name}: ${error.message}`;
  const tail = stderr.length === 0 ? '' : `\nlast lines of stderr:\n${stderr.join('\n')}`;
  return `${head}\n${body}${tail}\n`;
}

/** Whatever stands in an error message, a subject is one line: in a mail, the next one would be a header. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ');
}

function timeText(time: number): string {
  return new Date(time).toISOString();
}
