import { readdirSync, readFileSync, statSync } from 'node:fs';
import { expect, it } from 'vitest';
import { type Actions, commandLine } from '../src/cli/commandLine.js';

/** Words that have a standard word in this field, and what to write instead. */
const privateWords: Readonly<Record<string, string>> = {
  'tell tells telling told untold teller': 'send, emit, report, answer; for "tell apart": distinguish',
  'hear hears heard hearing': 'receive, get, subscribe',
  'happening happenings': 'event',
  'hire hires hired hiring': 'start a worker',
  'bereave bereaved': 'the connection closed',
  'tend tends tended tending': 'reconcile',
  'errand errands': 'pending value',
  ears: 'subscribers',
  reins: 'run control',
  vitals: 'readiness, liveness',
  beats: 'answers, heartbeats',
  'ledger ledgers': 'event history',
  desk: 'request scheduler',
  crew: 'instances',
  'deed deeds': 'action',
  'obey obeys obeyed obeying': 'stops, handles the signal',
  'deaf deafness': 'unresponsive; ignores the request',
  'verdict verdicts': 'decision',
  'ration rations rationed': 'limit',
  'visitor visitors guest guests': 'client',
  kin: 'process tree',
  'polite politely': 'graceful',
  mood: 'state',
  'bury buries buried': 'remove',
  'witness witnesses witnessed': 'observe',
  'judge judges judged': 'decide',
  renewed: 'restarted, replaced',
  'remembers remembered': 'keeps, stores',
  'mend mends mended': 'repair, fix',
  'anew afresh': 'again',
  'neighbour neighbours': 'other instances',
  'stranger strangers': 'unrelated process, foreign process',
  mute: 'silent, no output',
  'forgive forgives forgiven': 'reset',
};

/** The same for several words in a row; in a name, `letGo` is `let go`. */
const privatePhrases: Readonly<Record<string, string>> = {
  'let go, lets go': 'release',
  'host watch': 'shutdown signals',
  'here and now, there and then': 'synchronously, at once',
  'the same of it': 'name the thing',
  'so many': 'name the number: "after N ms", "at most N"',
};

/** Parts of files that have to use such a word. */
const quotations: readonly { readonly path: string; readonly part: RegExp; readonly reason: string }[] = [
  { path: 'CHANGELOG.md', part: /^\| `[^|]*\|/gm, reason: 'the old names, in the table of renamed names' },
];

const roots = ['src', 'docs', 'examples', 'preload', 'guardian'];
const pages = ['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'config.schema.json'];
const files = [...pages, ...roots.flatMap(filesIn)];
const standard = new Map([
  ...Object.entries(privateWords).flatMap(([words, instead]) =>
    words.split(' ').map((word) => [word, instead] as const),
  ),
  ...Object.entries(privatePhrases).flatMap(([words, instead]) =>
    words.split(', ').map((phrase) => [phrase, instead] as const),
  ),
]);
const pattern = new RegExp(`(?<= )(?:${[...standard.keys()].join('|')})(?= )`, 'g');

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => `${folder}/${path}`)
    .filter((path) => statSync(path).isFile());
}

/** Lower case, one space between words; the words of a name, such as `letGo`, count each. */
function wordsOf(text: string): string {
  return ` ${(
    text
      .replace(/([a-z\d])([A-Z])/g, '$1 $2')
      .toLowerCase()
      .match(/[a-z]+/g) ?? []
  ).join(' ')} `;
}

function privateWordsIn(text: string): readonly string[] {
  return [...new Set(wordsOf(text).match(pattern))].map((word) => `"${word}": write ${standard.get(word)!}`);
}

/** With the line, and what to write instead. A phrase may be broken over two lines. */
function faultsIn(path: string, text: string): readonly string[] {
  const lines = text.split('\n');
  return lines.flatMap((line, index) => {
    const known = privateWordsIn(lines[index + 1] ?? '');
    const here = privateWordsIn(line);
    const broken = privateWordsIn(`${line} ${(lines[index + 1] ?? '').replace(/^[\s*/]+/, '')}`);
    const found = [...here, ...broken.filter((fault) => !known.includes(fault) && !here.includes(fault))];
    return found.map((fault) => `${path}:${index + 1}: ${fault}`);
  });
}

function read(path: string): string {
  const quoted = quotations.filter((quotation) => quotation.path === path);
  return quoted.reduce((text, { part }) => text.replaceAll(part, ''), readFileSync(path, 'utf8'));
}

it('names, comments, messages and pages use the words of the field', () => {
  expect(files.flatMap((path) => faultsIn(path, read(path)))).toEqual([]);
});

it('so do the names of files', () => {
  expect(files.flatMap((path) => faultsIn(path, path))).toEqual([]);
});

it('so does every help text', () => {
  const program = commandLine({} as Actions);
  const faults = [program, ...program.commands].flatMap((command) => {
    let help = '';
    command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
    expect(help).toContain('Usage: ');
    return faultsIn(`rxvisor ${command.name()} --help`, help);
  });
  expect(faults).toEqual([]);
});

it('finds a word in a name and in a sentence, and a phrase over two lines', () => {
  expect(privateWordsIn('const whoTold$ = noteErrands();')).toHaveLength(2);
  expect(privateWordsIn('The stall is retold, and intended.')).toEqual([]);
  expect(faultsIn('a.ts', ' * It lets\n * go of the lock.\n')).toEqual(['a.ts:1: "lets go": write release']);
});

it('each quotation is still needed', () => {
  for (const { path, part, reason } of quotations) {
    const quoted = readFileSync(path, 'utf8').match(part) ?? [];
    expect(quoted.flatMap(privateWordsIn), reason).not.toEqual([]);
  }
});
