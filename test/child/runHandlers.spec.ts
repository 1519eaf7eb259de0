import { expect, it } from 'vitest';
import { runHandlers } from '../../src/child/runHandlers.js';

it('calls all handlers before it returns, and resolves when the last one has settled', async () => {
  const seen: string[] = [];
  let finish: () => void = () => undefined;
  const running = runHandlers(
    [
      () =>
        new Promise<void>((resolve) => {
          seen.push('slow');
          finish = resolve;
        }),
      () => seen.push('fast'),
    ],
    () => undefined,
  ).then((isClean) => seen.push(`clean: ${String(isClean)}`));
  seen.push('called');
  await Promise.resolve();
  expect(seen).toEqual(['slow', 'fast', 'called']);
  finish();
  await running;
  expect(seen.at(-1)).toBe('clean: true');
});

it('reports errors and rejections, and calls the other handlers all the same', async () => {
  const seen: unknown[] = [];
  const handlers = [
    () => {
      throw new Error('thrown');
    },
    async () => Promise.reject(new Error('rejected')),
    () => seen.push('called'),
  ];
  const isClean = await runHandlers(handlers, (error) => seen.push(String(error)));
  expect(seen.toSorted()).toEqual(['Error: rejected', 'Error: thrown', 'called']);
  expect(isClean).toBe(false);
});
