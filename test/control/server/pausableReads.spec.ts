import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { BehaviorSubject, concatMap, lastValueFrom, reduce } from 'rxjs';
import { expect, it } from 'vitest';
import { pausableReads } from '../../../src/control/server/logBlocks$.js';
import { folder } from '../rig.js';

const all = reduce((read: Buffer, bytes: Uint8Array) => Buffer.concat([read, bytes]), Buffer.alloc(0));

it('reads a compressed file, and waits while the reader is full', async () => {
  const path = join(folder(), 'a.gz');
  const text = 'one line\n'.repeat(200_000);
  writeFileSync(path, gzipSync(text));
  const full$ = new BehaviorSubject(true);
  let read = 0;
  const reading = pausableReads(full$).gunzip$(path);
  const received = lastValueFrom(reading.pipe(all));
  const early = reading.subscribe(({ length }) => (read += length));
  // What the same file gives to one who does not wait has come by the time it ends.
  await lastValueFrom(pausableReads(new BehaviorSubject(false)).gunzip$(path).pipe(all));
  expect(read).toBe(0);
  early.unsubscribe();
  full$.next(false);
  expect(String(await received)).toBe(text);
});

it('passes on what a compressed file does wrong', async () => {
  const path = join(folder(), 'a.gz');
  writeFileSync(path, 'no gzip');
  await expect(lastValueFrom(pausableReads(new BehaviorSubject(false)).gunzip$(path))).rejects.toThrow('header');
});

it('reads a file once the reader is no longer full', async () => {
  const path = join(folder(), 'a');
  writeFileSync(path, 'hello');
  const full$ = new BehaviorSubject(true);
  const reads = pausableReads(full$);
  const received = lastValueFrom(reads.openRead$(path).pipe(concatMap((fd) => reads.read$(fd, 0, 5))));
  full$.next(false);
  expect(String(Buffer.from(await received))).toBe('hello');
});
