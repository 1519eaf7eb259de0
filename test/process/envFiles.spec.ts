import { EMPTY } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import { managed$ } from '../../src/managed.js';
import type { ChildEvent } from '../../src/model/childEvent.js';
import type { Command } from '../../src/model/command.js';
import type { Effects } from '../../src/model/effects.js';
import type { ChildSpec } from '../../src/model/spec/childSpec.js';
import { withEnvFiles } from '../../src/process/envFiles.js';
import { resolveSpec } from '../../src/process/resolveSpec.js';
import { coded, fakeWorld } from '../fakeEffects.js';

/** The effect over files that exist only here. An Error as content: the file cannot be read. */
function reading(files: Readonly<Record<string, string | Error>>): { readonly readEnvFile: (path: string) => string } {
  return {
    readEnvFile: (path) => {
      const content = files[path] ?? coded('ENOENT');
      if (content instanceof Error) throw content;
      return content;
    },
  };
}

function envOf(spec: Partial<ChildSpec>, files: Parameters<typeof reading>[0]) {
  return withEnvFiles(resolveSpec({ command: 'a', cwd: '/app', ...spec }), reading(files)).program.env;
}

/** The variables of one file with this content. */
const parsed = (content: string) => envOf({ envFile: '.env' }, { '/app/.env': content });

function failureOf(spec: Partial<ChildSpec>, files: Parameters<typeof reading>[0]): Error {
  try {
    envOf(spec, files);
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('the files were accepted');
}

describe('withEnvFiles', () => {
  it('returns the same plan if there are no files', () => {
    const plan = resolveSpec({ command: 'a', envFile: [] });
    expect(withEnvFiles(plan, reading({}))).toBe(plan);
  });

  it('a later file wins over an earlier one, and env over all files', () => {
    const files = { '/app/.env': 'A=1\nB=1\nC=1\nD=1', '/etc/b.env': 'B=2\nC=2\nD=2' };
    const envFile = ['.env', { file: '/etc/b.env' }];
    expect(envOf({ envFile, env: { C: '3', D: undefined } }, files)).toEqual({ A: '1', B: '2', C: '3', D: undefined });
  });

  it('a missing file that is not required is empty', () => {
    const envFile = [
      { file: 'missing', required: false },
      { file: 'file/in', required: false },
      { file: 'there', required: false },
    ];
    expect(envOf({ envFile }, { '/app/there': 'A=1', '/app/file/in': coded('ENOTDIR') })).toEqual({ A: '1' });
  });

  it.each<[string, string, Record<string, string>]>([
    ['a byte order mark', '\uFEFFA=1\nB=2', { A: '1', B: '2' }],
    ['Windows line endings', 'A=1\r\nB="x y"\r\nC=\r\n', { A: '1', B: 'x y', C: '' }],
    ['quotes', `A="x y"\nB='x "y"'\nC=\`it's\`\nD="#1"`, { A: 'x y', B: 'x "y"', C: "it's", D: '#1' }],
    ['lines in quotes', 'KEY="a\nb"\nB="c\\nd"\nC=\'c\\nd\'', { KEY: 'a\nb', B: 'c\nd', C: 'c\\nd' }],
    ['comments and export', '# c\n\nexport A=1 # c\n  B = 2', { A: '1', B: '2' }],
    ['a reference to a variable, which stays as it is', 'A=1\nB=${A}\nC=$A', { A: '1', B: '${A}', C: '$A' }],
    ['nothing', '', {}],
  ])('reads %s', (_what, content, expected) => {
    expect(parsed(content)).toEqual(expected);
  });

  it.each<[Error, string]>([
    [coded('ENOENT'), "'/app/.env' does not exist. Create it, or give { file, required: false }."],
    [coded('ENOTDIR'), "'/app/.env' does not exist. Create it, or give { file, required: false }."],
    [coded('EACCES'), "'/app/.env' cannot be read by this user. Change its mode, or give another file."],
    [coded('EISDIR'), "'/app/.env' is a folder. Give a file."],
    [coded('EINVAL'), "'/app/.env' is not a regular file. Give a file of NAME=value lines."],
    [coded('EFBIG'), "'/app/.env' is larger than 1 MiB. Give a file of NAME=value lines."],
    [coded('EIO'), "'/app/.env' cannot be read: EIO: it failed"],
  ])('%s: names the field, the file and the remedy', (cause, message) => {
    const { code } = cause as NodeJS.ErrnoException;
    expect(failureOf({ envFile: '.env' }, { '/app/.env': cause })).toMatchObject({
      code,
      cause,
      message: `envFile: ${message}`,
    });
  });

  it('names the place in a list', () => {
    const { message } = failureOf({ envFile: [{ file: 'a', required: false }, 'b'] }, {});
    expect(message).toMatch(/^envFile\[1\]: '\/app\/b' does not exist\./);
  });

  it('fails for a file that exists and cannot be read, also if it is not required', () => {
    const envFile = { file: '.env', required: false };
    expect(failureOf({ envFile }, { '/app/.env': coded('EACCES') }).message).toMatch(/cannot be read by this user/);
  });

  it.each(['PASSWORD=hunter2\0', Buffer.from('PASSWORD=hunter2\xe9', 'latin1').toString()])(
    'refuses %j, which is not text, without its values',
    (content) => {
      const { message } = failureOf({ envFile: '.env' }, { '/app/.env': content });
      expect(message).toBe("envFile: '/app/.env' is not UTF-8 text. Save it as UTF-8.");
    },
  );
});

describe('the env file of a child', () => {
  const spec: ChildSpec = {
    command: 'a',
    cwd: '/app',
    envFile: '.env',
    restartAt: [100, 500],
    liveness: { exec: ['check'], every: 1_000 },
  };

  /** The events until the end, in virtual time, and the environment of each run and probe. */
  function lived(commands: string, onEvent: (type: ChildEvent['type'], files: Record<string, string>) => void) {
    const files: Record<string, string> = {};
    const { effects, children } = fakeWorld();
    const events: ChildEvent[] = [];
    const probed: (string | undefined)[] = [];
    const world: Effects = {
      ...effects,
      ...reading(files),
      check$: (_target, place) => {
        probed.push(place?.env.A);
        return EMPTY;
      },
    };
    new TestScheduler(() => undefined).run(({ cold }) => {
      const command$ = cold<Command>(commands, { r: { type: 'restart' }, s: { type: 'stop' } });
      managed$(spec, command$, { effects: world }).subscribe((event) => {
        events.push(event);
        onEvent(event.type, files);
      });
    });
    return { events, runs: children.map(({ launch }) => launch.env.A), probed };
  }

  it('is read at each run: while it is missing, each run is a failed spawn, and the schedule applies', () => {
    let failures = 0;
    const { events, runs } = lived('10s s', (type, files) => {
      if (type === 'backingOff' && (failures += 1) === 2) files['/app/.env'] = 'A=1';
    });
    const types = events.map((event) => (event.type === 'backingOff' ? event.delay : event.type));
    expect(types).toEqual(['spawnFailed', 100, 'spawnFailed', 500, 'spawned', 'ready', 'stopping', 'exited']);
    const message = "envFile: '/app/.env' does not exist. Create it, or give { file, required: false }.";
    expect(events[0]).toMatchObject({ code: 'ENOENT', message });
    expect(runs).toEqual(['1']);
  });

  it('is applied by a restart when it has changed, and not before, to exec probes as well', () => {
    const { runs, probed } = lived('100ms 2500ms r 2500ms s', (type, files) => {
      if (type === 'backingOff') files['/app/.env'] = 'A=1';
      if (type === 'ready') files['/app/.env'] = 'A=2';
    });
    expect(runs).toEqual(['1', '2']);
    expect(new Set(probed)).toEqual(new Set(['1', '2']));
    expect(probed).toEqual([...probed].sort());
  });
});
