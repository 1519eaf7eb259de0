import { NEVER, VirtualTimeScheduler } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { portBroker } from '../../src/sources/portBroker.js';
import type { SpawnedProcess } from '../../src/sources/spawnProcess.js';

/** Instances that ask a broker, and what they are told. */
function instances() {
  const time = new VirtualTimeScheduler();
  const broker = portBroker(time);
  const told: string[] = [];
  const start = (name: string, member = broker.join()) => {
    let connected = true;
    const process: SpawnedProcess = {
      ...{ pid: 1, startTime: undefined, happening$: NEVER, connected: () => connected },
      ...{ closeOutput: () => undefined, release: () => undefined },
      send: (message, handle) => {
        const { key } = message as { key: string };
        told.push(`${name} ${key} ${handle === undefined ? 'bind it' : (handle as { name: string }).name}`);
      },
    };
    const say = (step: string, handle?: unknown, key = '80') =>
      member.hears(process, { type: 'message', message: { rxvisor: 'share', step, key }, handle });
    return {
      say,
      bound: () => say('bound', { name: `socket of ${name}`, close: () => told.push(`socket of ${name} closed`) }),
      exit: () => {
        connected = false;
        member.hears(process, { type: 'exit', code: 1, signal: null });
      },
      hears: (message: unknown) => member.hears(process, { type: 'message', message }),
      leave: member.leave,
      again: () => start(name, member),
    };
  };
  /** What is due within so many ms. */
  const wait = (ms: number) => {
    time.maxFrames = time.frame + ms;
    time.flush();
    time.frame = time.maxFrames;
  };
  return { start, told, wait };
}

describe('portBroker', () => {
  it('the first binds, all others get its socket', () => {
    const { start, told } = instances();
    const [a, b, c] = ['a', 'b', 'c'].map((name) => start(name)) as [
      ReturnType<typeof start>,
      ReturnType<typeof start>,
      ReturnType<typeof start>,
    ];
    expect(a.say('ask')).toBe(true);
    b.say('ask');
    expect(told).toEqual(['a 80 bind it']);
    a.bound();
    c.say('ask');
    expect(told).toEqual(['a 80 bind it', 'b 80 socket of a', 'c 80 socket of a']);
  });

  it('addresses are apart', () => {
    const { start, told } = instances();
    const a = start('a');
    a.say('ask');
    a.bound();
    a.say('ask', undefined, '81');
    expect(told).toEqual(['a 80 bind it', 'a 81 bind it']);
  });

  it('outlives who bound it, and is closed with the last who uses it', () => {
    const { start, told, wait } = instances();
    const [a, b] = [start('a'), start('b')];
    a.say('ask');
    a.bound();
    a.exit();
    expect(told.splice(0)).toEqual(['a 80 bind it']);
    wait(1_000);
    expect(told.splice(0)).toEqual(['socket of a closed']);
    b.say('ask');
    b.bound();
    const c = start('c');
    c.say('ask');
    b.exit();
    wait(1_000);
    expect(told.splice(0)).toEqual(['b 80 bind it', 'c 80 socket of b']);
    c.exit();
    wait(1_000);
    expect(told).toEqual(['socket of b closed']);
  });

  it('waits for one that is run again, and no longer for one that is not', () => {
    const { start, told, wait } = instances();
    const a = start('a');
    a.say('ask');
    a.bound();
    a.exit();
    wait(999);
    const again = a.again();
    again.say('ask');
    wait(5_000);
    expect(told.splice(0)).toEqual(['a 80 bind it', 'a 80 socket of a']);
    again.exit();
    again.leave();
    expect(told).toEqual(['socket of a closed']);
    wait(5_000);
    expect(told).toHaveLength(1);
  });

  it.each([
    ['says that it could not', 'failed'],
    ['dies of it', 'exit'],
  ])('when the first %s, it is the next one’s turn', (_, how) => {
    const { start, told } = instances();
    const [a, b, c] = [start('a'), start('b'), start('c')];
    for (const each of [a, b, c]) each.say('ask');
    if (how === 'exit') a.exit();
    else a.say('failed');
    expect(told).toEqual(['a 80 bind it', 'b 80 bind it']);
    b.bound();
    expect(told.at(-1)).toBe('c 80 socket of b');
  });

  it('one that waits and goes is not told', () => {
    const { start, told } = instances();
    const [a, b] = [start('a'), start('b')];
    a.say('ask');
    b.say('ask');
    b.exit();
    a.bound();
    expect(told).toEqual(['a 80 bind it']);
  });

  it('messages of the program’s own are none of its business', () => {
    const { start, told } = instances();
    const a = start('a');
    for (const message of [undefined, null, 'ask', {}, { rxvisor: 'ready' }, { rxvisor: 'share', step: 'ask' }]) {
      expect(a.hears(message)).toBe(false);
    }
    expect(a.say('bound', { close: 5 })).toBe(true);
    expect(told).toEqual([]);
  });
});
