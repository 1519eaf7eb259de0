import { join } from 'node:path';
import { filter, firstValueFrom, map, Subject, take, tap, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { type ChildSpec, type Command, managed$ } from '../../src/index.js';
import { carriers } from '../carriers.js';

const tree = join(import.meta.dirname, '../fixtures/tree');
const line = { line: 'up' };

/** Each with what may happen at its stop beside `stopping` and `exited`. */
const kinds: readonly [name: string, spec: ChildSpec, killed: boolean][] = [
  ['a Node child with IPC', { script: join(tree, 'graceful.mjs'), ready: 'message', grace: 5_000 }, false],
  ['one that ignores SIGTERM', { script: join(tree, 'stubborn.mjs'), ready: line }, true],
  [
    'a shell with its grandchild',
    { command: 'sh', args: ['-c', 'sleep 1000 & echo up; wait'], ready: line, grace: 5_000 },
    false,
  ],
  ['a Python loop that ignores SIGTERM', { script: join(tree, 'stubborn.py'), ready: line }, true],
  ['a child with a detached grandchild', { script: join(tree, 'deserter.mjs'), ready: line, grace: 5_000 }, false],
  [
    'a grandchild that left the session and ignores SIGTERM',
    { script: join(tree, 'stubbornDeserter.mjs'), ready: line },
    true,
  ],
];

describe('a stop', () => {
  it.each(kinds)('leaves nothing of %s', async (_, spec, killed) => {
    const mark = `TREE_${Math.random().toString(36).slice(2)}`;
    const command$ = new Subject<Command>();
    const types = await firstValueFrom(
      managed$({ ...spec, env: { [mark]: '1' } }, command$).pipe(
        filter((event) => {
          if (event.type === 'ready') command$.next({ type: 'stop' });
          return event.type !== 'output';
        }),
        map(({ type }) => type),
        toArray(),
        take(1),
      ),
    );
    expect(types).toEqual(['spawned', 'ready', 'stopping', ...(killed ? ['killed'] : []), 'exited']);
    expect(carriers(mark)).toEqual([]);
  });

  it.each(['message', 'signal'])(
    'by %s of a manager within a manager stops its children by its own rules',
    async (how) => {
      const mark = `TREE_${Math.random().toString(36).slice(2)}`;
      const command$ = new Subject<Command>();
      const spec: ChildSpec = {
        script: join(tree, 'nested.mjs'),
        ready: 'message',
        grace: 10_000,
        env: { [mark]: '1' },
      };
      const events = await firstValueFrom(
        managed$(spec, command$).pipe(
          tap(({ type }) => {
            if (type === 'ready')
              command$.next(how === 'signal' ? { type: 'signal', signal: 'SIGTERM' } : { type: 'stop' });
          }),
          toArray(),
        ),
      );
      expect(events.at(-1)).toMatchObject({ type: 'exited', code: 0 });
      expect(events).not.toContainEqual(expect.objectContaining({ type: 'killed' }));
      const said = events.flatMap((event) => (event.type === 'output' ? event.text.trim().split('\n') : []));
      expect(said.toSorted()).toEqual(['handler', 'inner says bye']);
      expect(carriers(mark)).toEqual([]);
    },
  );

  it('lets what was detached on purpose live on, with allowDetached', async () => {
    const mark = `TREE_${Math.random().toString(36).slice(2)}`;
    const command$ = new Subject<Command>();
    const spec: ChildSpec = {
      script: join(tree, 'deserter.mjs'),
      ready: line,
      allowDetached: true,
      env: { [mark]: '1' },
    };
    await new Promise<void>((resolve, reject) => {
      managed$(spec, command$).subscribe({
        next: ({ type }) => {
          if (type === 'ready') command$.next({ type: 'stop' });
        },
        error: reject,
        complete: resolve,
      });
    });
    const left = carriers(mark);
    expect(left).toHaveLength(1);
    for (const pid of left) process.kill(pid, 'SIGKILL');
  });
});
