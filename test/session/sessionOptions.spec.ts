import { describe, expect, it } from 'vitest';
import { changeSetting, settingsEnv } from '../../src/session/settings.js';
import { session, type SessionOptions } from '../../src/session/index.js';
import { planSession } from '../../src/session/sessionOptions.js';
import { fakeWorld } from '../fakeEffects.js';

describe('planSession', () => {
  it('makes a key of its own, anew each time, and settings of the ports and the polling', () => {
    const [a, b] = [planSession({ ports: { server: 80 } }), planSession({})];
    expect(a.settings).toEqual({ polling: 10_000, 'port.server': 80 });
    expect(a.key).toMatch(/^[\w-]{32}$/);
    expect(a.key).not.toBe(b.key);
  });

  it.each<[SessionOptions, string]>([
    [{ ports: { server: 0 } }, 'port.server: 0 is not a port. Give a whole number from 1 to 65535.'],
    [{ ports: { a: 80, b: 80 } }, 'port.b: 80 is port.a already.'],
    [{ ports: { 'a.b': 80 } }, "ports: 'a.b' is not a name."],
    [{ polling: 0.5 }, 'polling: 0.5 is not milliseconds.'],
    [{ heartbeat: { port: 'x' } }, "heartbeat.port: 'x' is not one of the ports. Give the name of one of the ports."],
    [{ ports: { server: 1 }, heartbeat: { port: 'servr' } }, "Did you mean 'server'?"],
    [{ ports: { server: 1 }, heartbeat: { port: 'server', tolerance: -1 } }, 'tolerance: -1 is not'],
    [{ throttle: -1 }, 'throttle: -1 is not a delay.'],
    [{ grace: NaN }, 'grace: NaN is not a delay.'],
    [{ key: 'short' }, 'key: is shorter than 16 characters.'],
  ])('refuses %o before any effect', (options, message) => {
    const { effects, children } = fakeWorld();
    expect(() => session({ command: 'a' }, { ...options, effects })).toThrow(message);
    expect(() => session({ command: '' }, { effects })).toThrow('command: ');
    expect(children).toEqual([]);
  });
});

describe('changeSetting', () => {
  const settings = { polling: 10, 'port.server': 80, 'port.socket': 81 };

  it('changes one, and leaves the others', () => {
    expect(changeSetting(settings, 'port.server', 8080)).toEqual({ ...settings, 'port.server': 8080 });
    expect(changeSetting(settings, 'port.server', 80)).toEqual(settings);
    expect(changeSetting(settings, 'polling', 81)).toEqual({ ...settings, polling: 81 });
  });

  it.each([
    ['port.servr', 1, "name: 'port.servr' is not a setting. Did you mean 'port.server'?"],
    ['x', 1, "name: 'x' is not a setting. Give one of: polling, port.server, port.socket."],
    ['__proto__', 1, "name: '__proto__' is not a setting."],
    ['port.server', 65_536, 'port.server: 65536 is not a port.'],
    ['port.server', '80', "port.server: '80' is not a port."],
    ['port.server', 81, 'port.server: 81 is port.socket already. Give another.'],
    ['polling', 2 ** 31, 'polling: 2147483648 is not milliseconds.'],
  ])('refuses %s %o', (name, value, message) => {
    expect(() => changeSetting(settings, name, value)).toThrow(message);
  });
});

it('settingsEnv names them as programs do', () => {
  expect(settingsEnv({ polling: 10, 'port.server': 80 })).toEqual({ POLLING: '10', PORT_SERVER: '80' });
});
