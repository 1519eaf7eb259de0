import { chmodSync, rmSync, symlinkSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { filter, firstValueFrom } from 'rxjs';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { savedList } from '../../../src/control/saved/savedList.js';
import { savedServices } from '../../../src/control/saved/savedServices.js';
import { type ChildSpec, type State, supervise, type Supervisor } from '../../../src/index.js';
import { type FakeWorld, fakeWorld } from '../../fakeEffects.js';
import { folder, rig } from '../rig.js';

const child = (name: string, more: Partial<ChildSpec> = {}): ChildSpec => ({ name, command: name, ...more });
const saved = (spec: ChildSpec) => ({ spec, stopped: false });

describe('the file of the saved list', () => {
  it('gives back what it was given, patterns too, and is this user’s alone', () => {
    const file = join(folder(), 'state', 'saved.json');
    const children = [
      { spec: child('a', { env: { A: '1' }, ready: { line: /up\n/i } }), stopped: true },
      saved(child('b', { ready: { line: 'up' } })),
    ];
    savedList(file).write(children);
    expect(savedList(file).read()).toEqual({ children, problems: [] });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(dirname(file))).toEqual(['saved.json']);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ version: 1 });
  });

  it('keeps the list before, and uses it when the last is broken; a broken one is no backup', () => {
    const file = join(folder(), 'saved.json');
    const { write, read } = savedList(file);
    write([saved(child('a'))]);
    write([saved(child('b'))]);
    writeFileSync(file, '{"version":1,"chil');
    expect(read()).toMatchObject({
      children: [{ spec: { name: 'a' } }],
      problems: [
        expect.stringMatching(/saved\.json: cannot read this file: .* \(saved\.json\.bak was used instead\)$/),
      ],
    });
    write([saved(child('c'))]);
    writeFileSync(file, '');
    expect(read().children).toMatchObject([{ spec: { name: 'a' } }]);
  });

  it.each([
    ['none', undefined, /no such file\. To write one, run: rxvisor save$/],
    ['no JSON', '[', /cannot read this file: /],
    ['something else', '[]', /not a saved list/],
    [
      'a later version',
      '{"version":2,"children":[]}',
      /has format version 2; this rxvisor reads version 1\. Use a newer rxvisor\./,
    ],
  ])('that is %s is reported', (_what, text, problem) => {
    const file = join(folder(), 'saved.json');
    if (text !== undefined) writeFileSync(file, text);
    expect(() => savedList(file).read()).toThrow(problem);
  });

  it('one wrong child is reported, and the others are kept', () => {
    const file = join(folder(), 'saved.json');
    const wrong = [
      null,
      { spec: { command: 1 } },
      { spec: { command: 'x', ready: { line: { pattern: '(', flags: '' } } } },
    ];
    writeFileSync(file, JSON.stringify({ version: 1, children: [...wrong, { spec: child('a') }] }));
    const { children, problems } = savedList(file).read();
    expect(children).toEqual([saved(child('a'))]);
    expect(problems).toHaveLength(3);
    expect(problems[1]).toMatch(/^children\[1\]: command: 1 is not a command/);
  });

  it('is not read when another user could have written it, and is not written through a link', () => {
    const at = folder();
    const [file, other] = [join(at, 'saved.json'), join(at, 'other')];
    chmodSync(at, 0o755);
    savedList(file).write([]);
    expect(statSync(at).mode & 0o777).toBe(0o755);
    chmodSync(file, 0o666);
    expect(() => savedList(file).read()).toThrow(
      /saved\.json: cannot read this file: other users can write to it \(mode 666\)/,
    );
    rmSync(file);
    writeFileSync(other, JSON.stringify({ version: 1, children: [] }), { mode: 0o600 });
    symlinkSync(other, file);
    expect(() => savedList(file).read()).toThrow(/cannot read this file: it is a symbolic link/);
    symlinkSync(other, `${file}.tmp`);
    const before = readFileSync(other, 'utf8');
    savedList(file).write([]);
    expect(readFileSync(other, 'utf8')).toBe(before);
    expect(savedList(file).read().children).toEqual([]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    vi.spyOn(process, 'getuid').mockReturnValue(4_711);
    onTestFinished(() => void vi.restoreAllMocks());
    if (statSync(file).uid !== 0) expect(() => savedList(file).read()).toThrow(/it belongs to user \d+/);
  });

  it('what cannot be written down is refused, and the file stays', () => {
    const file = join(folder(), 'saved.json');
    const { write, read } = savedList(file);
    write([saved(child('a'))]);
    expect(() => write([saved(child('a')), saved(child('b', { restartAt: () => 1 }))])).toThrow(
      /^children\[1\]: restartAt: a function cannot be sent/,
    );
    expect(() => savedList(join(file, 'x')).write([])).toThrow(/cannot write this file: ENOTDIR/);
    expect(() => savedList(dirname(file)).write([])).toThrow(/cannot write this file: /);
    expect(read().children).toHaveLength(1);
  });
});

describe('resurrecting', () => {
  function lives(): {
    readonly file: string;
    readonly life: (specs?: readonly ChildSpec[]) => Supervisor & { world: FakeWorld };
  } {
    const file = join(folder(), 'saved.json');
    return {
      file,
      life: (specs = []) => {
        const world = fakeWorld();
        const supervisor = supervise(specs, { effects: world.effects, signals: false });
        onTestFinished(async () => supervisor[Symbol.asyncDispose]());
        return Object.assign(supervisor, { world });
      },
    };
  }

  it('brings back what ran, and knows what was stopped without running it', async () => {
    const { file, life } = lives();
    const first = life([child('a'), child('b'), child('a')]);
    await first.stop('b');
    expect(savedServices(first, file).save()).toEqual({ path: file, children: 3 });
    const second = life();
    const { started, kept, problems } = savedServices(second, file).resurrect();
    expect({ kept, problems, names: started.map(({ name }) => name) }).toEqual({
      kept: 0,
      problems: [],
      names: ['a', 'b', 'a'],
    });
    await vi.waitFor(() =>
      expect(second.describe(() => true).map(({ status }) => status.state)).toEqual(['online', 'stopped', 'online']),
    );
    expect(second.world.children).toHaveLength(2);
    expect(await second.restart('b')).toMatchObject([{ state: 'online', restarts: 0, attempt: 1 }]);
  });

  it('of children on their way: one that restarts is to run, one that stops is not, one that was given up is', async () => {
    const { file, life } = lives();
    const log = join(dirname(file), 'log');
    const first = life([child('restarts'), child('stops'), child('gives up', { restartAt: [], log })]);
    const all = async (state: State): Promise<unknown> =>
      firstValueFrom(first.status$.pipe(filter((statuses) => statuses.every((status) => status.state === state))));
    await all('online');
    for (const one of first.world.children) one.onSignal = () => undefined;
    first.world.disk.delay = 100;
    const restarting = first.restart('restarts');
    const stopping = first.stop('stops');
    first.world.children[2]?.say('why\n');
    first.world.children[2]?.exit(1);
    await all('stopping');
    savedServices(first, file).save();
    expect(
      savedList(file)
        .read()
        .children.map(({ stopped }) => stopped),
    ).toEqual([false, true, false]);
    await Promise.all([restarting, stopping]);
  });

  it('reports the result of the children it started, once they are stable', async () => {
    const { file, life } = lives();
    const crasher = child('crasher', { restartAt: [60_000] });
    const first = life([child('a', { settle: 100 }), crasher, child('b'), child('c', { settle: 0 })]);
    await first.stop('b');
    savedServices(first, file).save();
    const second = life([child('c', { settle: 0 })]);
    await second.stop('c');
    second.event$.pipe(filter(({ name, type }) => name === 'crasher' && type === 'ready')).subscribe(() => {
      second.world.children.find(({ launch }) => launch.file === 'crasher')?.exit(3);
    });
    const { started, settled } = savedServices(second, file).resurrect();
    expect(started.map(({ name, state }) => [name, state])).toEqual([
      ['a', 'starting'],
      ['crasher', 'starting'],
      ['b', 'stopped'],
      ['c', 'stopped'],
    ]);
    expect((await settled).started).toMatchObject([
      { name: 'a', state: 'online' },
      { name: 'crasher', state: 'backingOff', refused: 'it did not come up. The last run ended: exit code 3.' },
      { name: 'b', state: 'stopped' },
      { name: 'c', state: 'online' },
    ]);
  });

  it('leaves alone what is there, runs again what is down, and forgets nobody else', async () => {
    const { file, life } = lives();
    const one = life([child('a'), child('b'), child('c'), child('c')]);
    savedServices(one, file).save();
    await one.stop('a');
    await one.remove(4);
    one.start(child('d'));
    one.start(child('odd', { restartAt: () => 1 }));
    const { started, kept } = savedServices(one, file).resurrect();
    expect(started.map(({ name, id }) => [name, id])).toEqual([
      ['a', 1],
      ['c', 7],
    ]);
    expect(kept).toBe(2);
    await vi.waitFor(() =>
      expect(one.describe(() => true).map(({ status }) => status.state)).toEqual(Array(6).fill('online')),
    );
    expect(savedServices(one, file).resurrect()).toMatchObject({ started: [], kept: 4 });
  });

  it('starts nothing that runs, whatever became of its spec meanwhile', async () => {
    const { file, life } = lives();
    const log = { rotate: { keep: 3, size: 1_000 }, file: 'a.log' };
    const one = life([child('a', { log, env: { V: '1', A: '2' } }), child('b'), { command: 'c' }, child('d')]);
    savedServices(one, file).save();
    expect(savedServices(one, file).resurrect()).toMatchObject({ started: [], kept: 4, problems: [] });
    // From another shell; and as after a reload.
    await one.remove(() => true);
    one.start(child('d', { ready: { line: 'x' } }));
    one.start({ command: 'c', env: { V: '2' } });
    one.start(child('a', { log: 'b.log' }));
    one.start(child('b'));
    expect(savedServices(one, file).resurrect()).toMatchObject({ started: [], kept: 4, problems: [] });
  });

  it('prefers the child with the saved spec, and starts those that are missing', () => {
    const { file, life } = lives();
    const instance = (n: number) => child('a', { env: { RXVISOR_INSTANCE: String(n) } });
    savedServices(
      life([child('b', { args: ['1'] }), child('b', { args: ['2'] }), instance(0), instance(1)]),
      file,
    ).save();
    const { started, kept } = savedServices(life([instance(1), child('b', { args: ['2'] })]), file).resurrect();
    expect(started.map(({ name, instance: number }) => [name, number])).toEqual([
      ['b', undefined],
      ['a', 0],
    ]);
    expect(kept).toBe(2);
  });

  it('asked for twice at once restarts a child once', async () => {
    const { file, life } = lives();
    const one = life([child('a')]);
    const savedList = savedServices(one, file);
    savedList.save();
    await one.stop('a');
    let spawned = 0;
    one.event$.subscribe(({ type }) => (spawned += Number(type === 'spawned')));
    expect(savedList.resurrect().started).toHaveLength(1);
    expect(savedList.resurrect().started).toHaveLength(0);
    await vi.waitFor(() => expect(one.describe('a')[0]?.status.state).toBe('online'));
    expect(spawned).toBe(1);
  });

  it('reports a child that cannot run here any more, and goes on', () => {
    const { file, life } = lives();
    const specs = [{ script: 'a.unknown' }, { name: 'b', script: 'b.unknown' }, child('c')];
    writeFileSync(file, JSON.stringify({ version: 1, children: specs.map((spec) => ({ spec })) }));
    const { started, problems, kept } = savedServices(life(), file).resurrect();
    expect(started).toMatchObject([{ name: 'c' }]);
    expect(problems).toEqual([
      expect.stringMatching(/^a child without a name: script: /),
      expect.stringMatching(/^b: script: /),
    ]);
    expect(kept).toBe(0);
  });

  it('by way of a control, and not of one without a memory', async () => {
    const file = join(folder(), 'saved.json');
    const { connect, supervisor } = await rig([child('a')], fakeWorld(), {
      path: join(folder(), 'a.sock'),
      savedList: file,
    });
    const control = await connect();
    expect(await control.save()).toEqual({ path: file, children: 1 });
    await supervisor.remove('a');
    expect(await control.resurrect()).toMatchObject({ started: [{ name: 'a', id: 2 }], kept: 0, problems: [] });
    const without = await (await rig([])).connect();
    await expect(without.save()).rejects.toThrow('savedList: this manager has no saved list.');
  });
});
