import { EventEmitter } from 'node:events';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import {
  type ConsoleDevice,
  type ConsoleStream,
  type ConsoleOutput,
  createConsoleOutput,
} from '../../src/sinks/consoleOutput.js';
import { coded } from '../fakeEffects.js';

/** A terminal or a file that takes `room` bytes, and fails with `error`. */
interface FakeDevice extends ConsoleDevice {
  room: number;
  error: string | undefined;
  readonly text: () => string;
}

function fakeDevice(): FakeDevice {
  let text = '';
  const device: FakeDevice = {
    room: Infinity,
    error: undefined,
    text: () => text,
    open: () => 1,
    write: (_, bytes, from) => {
      if (device.error !== undefined && device.room === 0) throw coded(device.error);
      if (device.room === 0) throw coded('EAGAIN');
      const taken = bytes.subarray(from, from + device.room);
      device.room -= taken.length;
      text += Buffer.from(taken).toString();
      return taken.length;
    },
  };
  return device;
}

const noStream: ConsoleStream = { write: () => true, once: () => process.stdout, listenerCount: () => 0 };

function onDevice(test: (output: ConsoleOutput, device: FakeDevice, pass: (ms: number) => void) => void): void {
  const scheduler = new TestScheduler(() => undefined);
  scheduler.run(() => {
    const device = fakeDevice();
    const pass = (ms: number): void => {
      scheduler.maxFrames = scheduler.frame + ms;
      scheduler.flush();
    };
    test(createConsoleOutput(noStream, device, scheduler), device, pass);
    device.room = Infinity;
    device.error = undefined;
    pass(1_000);
    expect(scheduler.actions).toEqual([]);
  });
}

describe('consoleOutput', () => {
  it('writes at once if the device accepts it', () => {
    onDevice((output, device) => {
      const ends: unknown[] = [];
      output.write('one\n', (failure) => ends.push(failure));
      expect([device.text(), ends, output.held()]).toEqual(['one\n', [undefined], 0]);
    });
  });

  it('waits for a stopped terminal without blocking, and keeps the order of the texts', () => {
    onDevice((output, device, pass) => {
      const ends: string[] = [];
      device.room = 2;
      output.write('one\n', () => ends.push('one'));
      output.write('two\n', () => ends.push('two'));
      pass(60_000);
      expect([device.text(), ends, output.held()]).toEqual(['on', [], 8]);
      device.room = 4;
      pass(10);
      expect([device.text(), ends, output.held()]).toEqual(['one\ntw', ['one'], 4]);
      device.room = Infinity;
      pass(10);
      expect([device.text(), ends, output.held()]).toEqual(['one\ntwo\n', ['one', 'two'], 0]);
    });
  });

  it('holds 2 MiB at most; further texts fail, and the held ones are written', () => {
    onDevice((output, device, pass) => {
      const ends: unknown[] = [];
      device.room = 0;
      const block = `${'x'.repeat(2 ** 20 - 1)}\n`;
      for (let i = 0; i < 4; i += 1) output.write(block, (failure) => ends.push(failure?.code));
      expect([ends, output.held()]).toEqual([['ERR_FULL', 'ERR_FULL'], 2 ** 21]);
      device.room = Infinity;
      pass(10);
      expect([device.text() === block + block, output.held()]).toEqual([true, 0]);
      output.write('more\n', (failure) => ends.push(failure));
      expect(ends).toHaveLength(5);
    });
  });

  it('writes a text of any size if nothing waits', () => {
    onDevice((output, device) => {
      output.write('x'.repeat(3 * 2 ** 20), () => undefined);
      expect(device.text()).toHaveLength(3 * 2 ** 20);
    });
  });

  it('an error affects one text only; a half line is ended before the next text', () => {
    onDevice((output, device) => {
      const ends: unknown[] = [];
      device.error = 'ENOSPC';
      device.room = 6;
      output.write('one\ntwo\n', (failure) => ends.push(failure?.code));
      output.write('three\n', (failure) => ends.push(failure?.code));
      device.room = Infinity;
      output.write('four\n', (failure) => ends.push(failure?.code));
      expect(ends).toEqual(['ENOSPC', 'ENOSPC', undefined]);
      expect(device.text()).toBe('one\ntw\nfour\n');
    });
  });

  it('a text written in the callback of another text follows it', () => {
    onDevice((output, device) => {
      output.write('one\n', () => {
        output.write('three\n', () => undefined);
        output.write('four\n', () => undefined);
      });
      output.write('five\n', () => undefined);
      expect(device.text()).toBe('one\nthree\nfour\nfive\n');
    });
  });

  it('a pipe is written by its stream, whose error is not an uncaught exception', () => {
    const events = new EventEmitter();
    const dones: ((error?: Error) => void)[] = [];
    const stream = Object.assign(events, {
      write: (_: unknown, done: (error?: Error) => void) => dones.push(done) > 0,
    }) as unknown as ConsoleStream;
    const output = createConsoleOutput(stream);
    const ends: unknown[] = [];
    output.write('one\n', (failure) => ends.push(failure));
    output.write('two\n', (failure) => ends.push(failure?.code));
    expect([dones.length, output.held()]).toEqual([2, 8]);
    dones[0]?.();
    dones[1]?.(coded('EPIPE'));
    expect(events.listenerCount('error')).toBe(1);
    events.emit('error', coded('EPIPE'));
    expect([ends, output.held(), events.listenerCount('error')]).toEqual([[undefined, 'EPIPE'], 0, 0]);
  });
});
