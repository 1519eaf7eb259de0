import { asyncScheduler, firstValueFrom, type Observable } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { describeError } from '../../src/model/errors.js';
import { memoryFiles } from '../../src/testing/memoryFiles.js';

const value = async <T>(result$: Observable<T>): Promise<T> => firstValueFrom(result$);
const failure = async (result$: Observable<unknown>): Promise<string> =>
  value(result$).then(
    () => 'done',
    (error: unknown) => describeError(error).code,
  );

describe('memoryFiles', () => {
  it('writes, reads, and lists files', async () => {
    const { effects, text, paths } = memoryFiles(asyncScheduler);
    const fd = await value(effects.open$('/logs/a.log'));
    expect(await value(effects.write$(fd, [Buffer.from('one\n'), Buffer.from('two\n')]))).toBe(8);
    await value(effects.sync$(fd));
    expect(await value(effects.stat$(fd))).toEqual(await value(effects.stat$('/logs/a.log')));
    expect((await value(effects.stat$(fd))).size).toBe(8);
    const reading = await value(effects.openRead$('/logs/a.log'));
    expect(Buffer.from(await value(effects.read$(reading, 4, 10))).toString()).toBe('two\n');
    await value(effects.close$(fd));
    expect(await failure(effects.close$(fd))).toBe('EBADF');
    expect(text('/logs/a.log')).toBe('one\ntwo\n');
    expect(paths()).toEqual(['/logs/a.log']);
  });

  it('renames, removes, lists, and compresses to what can be read', async () => {
    const { effects, append, text, paths } = memoryFiles(asyncScheduler);
    append('/logs/a.log', 'one\n');
    const { id } = await value(effects.stat$('/logs/a.log'));
    await value(effects.rename$('/logs/a.log', '/logs/a.log.1'));
    expect(await value(effects.stat$('/logs/a.log.1'))).toMatchObject({ id });
    await value(effects.gzip$('/logs/a.log.1', '/logs/a.log.1.gz'));
    expect(await value(effects.list$('/logs'))).toEqual(['a.log.1', 'a.log.1.gz']);
    expect(text('/logs/a.log.1.gz')).toBe('one\n');
    expect(Buffer.from(await value(effects.gunzip$('/logs/a.log.1.gz'))).toString()).toBe('one\n');
    await value(effects.remove$('/logs/a.log.1'));
    expect(paths()).toEqual(['/logs/a.log.1.gz']);
    append('/logs/a.log', 'two\n');
    expect(await value(effects.stat$('/logs/a.log'))).not.toMatchObject({ id });
  });

  it('does not find what is not there', async () => {
    const { effects, text } = memoryFiles(asyncScheduler);
    for (const missing$ of [
      effects.openRead$('/a'),
      effects.stat$('/a'),
      effects.rename$('/a', '/b'),
      effects.remove$('/a'),
      effects.gzip$('/a', '/b'),
    ]) {
      expect(await failure(missing$)).toBe('ENOENT');
    }
    expect(await failure(effects.stat$(9))).toBe('EBADF');
    expect(() => text('/a')).toThrow("ENOENT: open '/a'. There are no files.");
  });
});
