import { resolve } from 'node:path';
import { concat, ignoreElements, map, NEVER, type Observable, of, Subject, throwError, timer } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { type FileChange, RxvisorError, watch$, type WatchOptions } from '../../src/index.js';
import { coded } from '../fakeEffects.js';
import { virtually } from '../operators/virtually.js';

const changed = (path: string): FileChange => ({ type: 'changed', path });
const values: Record<string, FileChange> = { w: { type: 'watching' }, a: changed('/app/a'), b: changed('/app/b') };
const watching = (change$: Observable<FileChange>): WatchOptions => ({
  debounce: 3,
  cwd: '/app',
  effects: { changes$: () => change$ },
});

describe('watch$', () => {
  it.each([
    ['never', '-', ''],
    ['the start of a watch is no change', 'w', ''],
    ['empty', '|', '|'],
    ['one', '-a', '----(a)'],
    ['many: one emission after the debounce time, each path once, in order', '-b-a-b', '--------(c)'],
    ['two emissions', '-a----b', '----a----b'],
    ['a change at exactly the end of the debounce time extends it', '-a--b', '-------c'],
    ['completion: emits the waiting paths first', '-a|', '--(a|)'],
    ['an error', '-a#', '--#'],
  ])('%s', (_, changes, expected) => {
    virtually(({ cold, clock, expectObservable }) => {
      const came$ = watch$(['.'], watching(cold(changes, values)), clock);
      expectObservable(came$).toBe(expected, { a: ['/app/a'], b: ['/app/b'], c: ['/app/a', '/app/b'] });
    });
  });

  it('500 files at once are one emission', () => {
    virtually(({ clock }) => {
      const change$ = new Subject<FileChange>();
      const came: number[] = [];
      const subscription = watch$(['.'], watching(change$), clock).subscribe((paths) => came.push(paths.length));
      for (let n = 0; n < 500; n += 1) change$.next(changed(`/app/${String(n)}`));
      clock.schedule(() => {
        expect(came).toEqual([500]);
        subscription.unsubscribe();
      }, 100);
    });
  });

  it('removes its watches and its timer after unsubscription', () => {
    virtually(({ cold, clock, expectObservable, expectSubscriptions }) => {
      const change$ = cold('-a', values);
      expectObservable(watch$(['.'], watching(change$), clock), '^-!').toBe('');
      expectSubscriptions(change$.subscriptions).toBe('^-!');
      clock.schedule(() => expect(clock.armed()).toBeLessThan(2), 3);
    });
  });

  it('passes on errors of the system', () => {
    virtually(({ clock, expectObservable }) => {
      const full$ = throwError(() => coded('ENOSPC'));
      expectObservable(watch$(['.'], watching(full$), clock)).toBe('#', undefined, coded('ENOSPC'));
    });
  });

  it('resolves paths from the cwd, and leaves out ignored paths', () => {
    const seen: { paths?: readonly string[]; isIgnored?: (path: string) => boolean } = {};
    const changes$ = (paths: readonly string[], isIgnored: (path: string) => boolean) => {
      Object.assign(seen, { paths, isIgnored });
      return NEVER;
    };
    const ignore = ['*.tmp', 'src/generated', '/app/logs/x.log'];
    watch$(['src', '../lib', '/app/node_modules/mine'], { cwd: '/app', ignore, effects: { changes$ } }).subscribe();
    expect(seen.paths).toEqual(['/app/src', '/lib', '/app/node_modules/mine']);
    const ignored = ['src/a.tmp', 'src/generated/b', 'src/node_modules/c', 'src/.git/d', 'logs/x.log'];
    const kept = ['src', 'src/a.js', '../lib/generated', 'node_modules/mine/a.js', 'node_modules/mine', 'other/x.log'];
    expect(ignored.filter((path) => !seen.isIgnored!(resolve('/app', path)))).toEqual([]);
    expect(kept.filter((path) => seen.isIgnored!(resolve('/app', path)))).toEqual([]);
    expect(seen.isIgnored!('/app/node_modules/mine/node_modules/x')).toBe(true);
  });

  it('waits 200 ms by default', () => {
    virtually(({ clock, expectObservable }) => {
      const change$ = concat(of(changed('/a')), timer(199).pipe(map(() => changed('/b'))), NEVER);
      const came$ = watch$(['/'], { effects: { changes$: () => change$ } }, clock);
      expectObservable(came$).toBe('399ms c', { c: ['/a', '/b'] });
      expectObservable(came$.pipe(ignoreElements()), '^!').toBe('');
    });
  });

  it.each([
    [[], {}, /^paths: \[\] is not a list of paths\. Give at least one/],
    [[''], {}, /^paths\[0\]: '' is not a path\./],
    [['a'], { debounce: -1 }, /^debounce: -1 is not a delay\./],
    [['a'], { ignore: [''] }, /^ignore\[0\]: '' is not a name or path\./],
  ])('%j with %j is refused at once', (paths, options, message) => {
    expect(() => watch$(paths, options)).toThrow(RxvisorError);
    expect(() => watch$(paths, options)).toThrow(message);
  });
});
