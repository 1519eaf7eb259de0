import { NEVER, VirtualTimeScheduler } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { portBroker } from '../../src/ports/portBroker.js';
import type { SpawnedProcess } from '../../src/model/spawnedProcess.js';

/** Instances that ask a broker, and the answers. */
function instances() {
  const time = new VirtualTimeScheduler();
  const broker = portBroker(time);
  const received: string[] = [];
  const start = (name: string, member = broker.join()) => {
    let connected = true;
    const process: SpawnedProcess = {
      ...{ pid: 1, startTime: undefined, processEvent$: NEVER, connected: () => connected },
      ...{ drainOutput: () => undefined, closeOutput: () => undefined, release: () => undefined },
      send: (message, handle) => {
        const { rxvisor, key, place, first } = message as Record<string, string | undefined>;
        const socket = (handle as { name: string } | undefined)?.name;
        if (rxvisor === 'shared') received.push(`${name} ${key} ${socket ?? (first ? 'bind it' : 'bind one more')}`);
        else received.push(`${name} ${key} ${rxvisor} ${socket ?? place}`);
      },
    };
    const say = (step: string, handle?: unknown, key = '80', place?: string) =>
      member.handle(process, {
        type: 'message',
        message: { rxvisor: 'share', step, key, ...(place !== undefined && { place }) },
        handle,
      });
    return {
      say,
      bound: (place?: string) =>
        say(
          'bound',
          { name: `socket of ${name}`, close: () => received.push(`socket of ${name} closed`) },
          '80',
          place,
        ),
      /** For a place of its own. */
      ask: (place: string) => say('ask', undefined, '80', place),
      exit: () => {
        connected = false;
        member.handle(process, { type: 'exit', code: 1, signal: null });
      },
      onMessage: (message: unknown) => member.handle(process, { type: 'message', message }),
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
  return { start, received, wait, timers: () => time.actions.length };
}

describe('portBroker', () => {
  it('the first binds, all others get its socket', () => {
    const { start, received } = instances();
    const [a, b, c] = ['a', 'b', 'c'].map((name) => start(name)) as [
      ReturnType<typeof start>,
      ReturnType<typeof start>,
      ReturnType<typeof start>,
    ];
    expect(a.say('ask')).toBe(true);
    b.say('ask');
    expect(received).toEqual(['a 80 bind it']);
    a.bound();
    c.say('ask');
    expect(received).toEqual(['a 80 bind it', 'b 80 socket of a', 'c 80 socket of a']);
  });

  it('addresses are apart', () => {
    const { start, received } = instances();
    const a = start('a');
    a.say('ask');
    a.bound();
    a.say('ask', undefined, '81');
    expect(received).toEqual(['a 80 bind it', 'a 81 bind it']);
  });

  it('outlives who bound it, and is closed with the last who uses it', () => {
    const { start, received, wait } = instances();
    const [a, b] = [start('a'), start('b')];
    a.say('ask');
    a.bound();
    a.exit();
    expect(received.splice(0)).toEqual(['a 80 bind it']);
    wait(1_000);
    expect(received.splice(0)).toEqual(['socket of a closed']);
    b.say('ask');
    b.bound();
    const c = start('c');
    c.say('ask');
    b.exit();
    wait(1_000);
    expect(received.splice(0)).toEqual(['b 80 bind it', 'c 80 socket of b']);
    c.exit();
    wait(1_000);
    expect(received).toEqual(['socket of b closed']);
  });

  it('leaves no timer behind when no run follows, nor for one that has no port', () => {
    const { start, timers } = instances();
    const [a, b] = [start('a'), start('b')];
    a.say('ask');
    a.bound();
    b.exit();
    expect(timers()).toBe(0);
    a.exit();
    expect(timers()).toBe(1);
    a.leave();
    expect(timers()).toBe(0);
  });

  it('waits for one that is run again, and no longer for one that is not', () => {
    const { start, received, wait } = instances();
    const a = start('a');
    a.say('ask');
    a.bound();
    a.exit();
    wait(999);
    const again = a.again();
    again.say('ask');
    wait(5_000);
    expect(received.splice(0)).toEqual(['a 80 bind it', 'a 80 socket of a']);
    again.exit();
    again.leave();
    expect(received).toEqual(['socket of a closed']);
    wait(5_000);
    expect(received).toHaveLength(1);
  });

  it.each([
    ['says that it could not', 'failed'],
    ['dies of it', 'exit'],
  ])('when the first %s, it is the next one’s turn', (_, how) => {
    const { start, received } = instances();
    const [a, b, c] = [start('a'), start('b'), start('c')];
    for (const each of [a, b, c]) each.say('ask');
    if (how === 'exit') a.exit();
    else a.say('failed');
    expect(received).toEqual(['a 80 bind it', 'b 80 bind it']);
    b.bound();
    expect(received.at(-1)).toBe('c 80 socket of b');
  });

  it('one that waits and goes gets no answer', () => {
    const { start, received } = instances();
    const [a, b] = [start('a'), start('b')];
    a.say('ask');
    b.say('ask');
    b.exit();
    a.bound();
    expect(received).toEqual(['a 80 bind it']);
  });

  it('messages of the program’s own are none of its business', () => {
    const { start, received } = instances();
    const a = start('a');
    for (const message of [undefined, null, 'ask', {}, { rxvisor: 'ready' }, { rxvisor: 'share', step: 'ask' }]) {
      expect(a.onMessage(message)).toBe(false);
    }
    expect(a.say('bound', { close: 5 })).toBe(true);
    expect(received).toEqual([]);
  });
});

describe('portBroker, with a socket for each place', () => {
  /** Two that listen, each on a socket of its own. */
  function pair() {
    const { start, received, wait } = instances();
    const [a, b] = [start('a'), start('b')];
    a.ask('0');
    a.bound('0');
    b.ask('1');
    b.bound('1');
    return { start, received, wait, a, b };
  }

  it('binds one after the other, the first without others beside', () => {
    const { start, received } = instances();
    const [a, b, c] = [start('a'), start('b'), start('c')];
    a.ask('0');
    b.ask('1');
    c.ask('2');
    expect(received.splice(0)).toEqual(['a 80 bind it']);
    a.say('failed');
    expect(received.splice(0)).toEqual(['b 80 bind it']);
    b.bound('1');
    expect(received.splice(0)).toEqual(['c 80 bind one more']);
    c.exit();
    expect(received).toEqual([]);
  });

  it('who takes the place of another gets its socket', () => {
    const { start, received, a } = pair();
    received.splice(0);
    start('c').ask('0');
    expect(received.splice(0)).toEqual(['c 80 socket of a']);
    a.say('left');
    a.exit();
    expect(received).toEqual([]);
  });

  it('the socket of one that is away is kept by another, until it is back', () => {
    const { received, a, wait } = pair();
    received.splice(0);
    a.say('left');
    expect(received.splice(0)).toEqual(['b 80 adopt socket of a']);
    a.exit();
    const again = a.again();
    again.ask('0');
    expect(received.splice(0)).toEqual(['a 80 socket of a', 'b 80 release 0']);
    wait(5_000);
    expect(received).toEqual([]);
  });

  it('when its keeper goes, too, the next one keeps it, and both', () => {
    const { start, received, a, b } = pair();
    const c = start('c');
    c.ask('2');
    c.bound('2');
    received.splice(0);
    a.exit();
    expect(received.splice(0)).toEqual(['b 80 adopt socket of a']);
    b.exit();
    expect(received.splice(0)).toEqual(['c 80 adopt socket of a', 'c 80 adopt socket of b']);
  });

  it('when all are away, the first that is back keeps them all', () => {
    const { received, a, b, wait } = pair();
    received.splice(0);
    for (const each of [a, b]) {
      each.say('left');
      each.exit();
    }
    expect(received.splice(0)).toEqual(['b 80 adopt socket of a']);
    const again = b.again();
    again.ask('1');
    expect(received.splice(0)).toEqual(['b 80 socket of b', 'b 80 adopt socket of a']);
    a.leave();
    wait(5_000);
    expect(received).toEqual([]);
    again.exit();
    again.leave();
    expect(received).toEqual(['socket of a closed', 'socket of b closed']);
  });

  it.each<[string, object]>([
    ['a connection', { getpeername: () => 0 }],
    ['UDP', { recvStart: () => 0 }],
  ])('%s is no server: it is closed, and the next one binds', (_, kind) => {
    const { start, received } = instances();
    const [a, b] = [start('a'), start('b')];
    a.say('ask');
    b.say('ask');
    a.say('bound', { ...kind, close: () => received.push('closed') });
    expect(received).toEqual(['a 80 bind it', 'b 80 bind it', 'closed']);
  });

  it('a handle that nobody has asked for is closed', () => {
    const { start, received } = instances();
    const [a, b] = [start('a'), start('b')];
    a.say('ask');
    for (const step of ['ask', 'left', 'failed', 'bound', 'x']) {
      b.say(step, { close: () => received.push(`closed after ${step}`) }, '81');
    }
    expect(received.filter((line) => line.startsWith('closed'))).toEqual(
      ['ask', 'left', 'failed', 'bound', 'x'].map((step) => `closed after ${step}`),
    );
  });

  it('an instance that asks for more and more addresses does not fill the memory', () => {
    const { start, received } = instances();
    const a = start('a');
    for (let n = 0; n < 5_000; n += 1) a.say('ask', undefined, `key ${n}`);
    expect(received).toHaveLength(1_024);
  });

  it('one that cannot receive anything harms no neighbour', () => {
    const broker = portBroker();
    const process = (send: () => void): SpawnedProcess => ({
      ...{ pid: 1, startTime: undefined, processEvent$: NEVER, connected: () => true },
      ...{ drainOutput: () => undefined, closeOutput: () => undefined, release: () => undefined, send },
    });
    const full = process(() => {
      throw new Error('it does not read');
    });
    const message = { rxvisor: 'share', step: 'ask', key: '80' };
    expect(broker.join().handle(full, { type: 'message', message })).toBe(true);
  });
});
