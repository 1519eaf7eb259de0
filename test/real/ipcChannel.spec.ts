import { describe, expect, it, onTestFinished } from 'vitest';
import type { ChildSpec } from '../../src/index.js';
import { eventually } from '../eventually.js';
import { exits, fixture, typesOf, watch } from './bench.js';

type Written = Readonly<Record<string, unknown>>;

function writes(what: Written, more: Partial<ChildSpec> = {}) {
  return watch({ script: fixture('channelBytes.mjs'), args: [JSON.stringify(what)], restartAt: [], ...more });
}

function handleFrame(more: object): string {
  return `${JSON.stringify({ cmd: 'NODE_HANDLE', msg: 1, ...more })}\n`;
}

/** Sockets of this process. */
function sockets(): number {
  return process
    .getActiveResourcesInfo()
    .filter((kind) => ['TCPSocketWrap', 'TCPServerWrap', 'UDPWrap', 'UDPWRAP'].includes(kind)).length;
}

const half = Buffer.from('"x').toString('hex');

describe('what a child writes to its IPC channel', () => {
  it.each<[string, Written, Partial<ChildSpec>]>([
    ['no JSON', { text: 'not json\n' }, {}],
    ['bytes that are no text', { hex: 'ff00fe0a' }, {}],
    ['an empty line', { text: '\n' }, {}],
    ['half a message and another', { hex: `${half}0a2278220a` }, {}],
    ['an acknowledgement of nothing', { text: '{"cmd":"NODE_HANDLE_ACK"}\n' }, {}],
    ['a refusal of nothing', { text: '{"cmd":"NODE_HANDLE_NACK"}\n' }, {}],
    ['a line that never ends', { endless: 'x' }, {}],
    ['no block', { hex: '00000005ffffffffff' }, { serialization: 'advanced' }],
    ['a block without content', { hex: '00000000' }, { serialization: 'advanced' }],
    ['a negative length', { hex: '80000000' }, { serialization: 'advanced' }],
    ['a length beyond the limit', { hex: '7fffffff00' }, { serialization: 'advanced' }],
    ['blocks that never end', { endless: 'x' }, { serialization: 'advanced' }],
    ['a host object', { hex: '00000004ff0f5c07' }, { serialization: 'advanced' }],
    ['handles without messages', { frame: [' ', ' '], handle: 'listening' }, {}],
    ['a flood of handle messages without handles', { text: handleFrame({ type: 'net.Socket' }), times: 20_000 }, {}],
  ])('%s: the run fails by it, which is a crash', async (_, what, more) => {
    const before = sockets();
    const child = writes(what, more);
    const events = await child.ended();
    const lines = typesOf(events).filter((type) => type !== 'message');
    expect(lines).toEqual(['spawned', 'ready', 'stopping channel', 'exited', 'gaveUp']);
    expect(exits(events)).toMatchObject([{ expected: false }]);
    const [stopping] = events.filter((event) => event.type === 'stopping');
    expect(stopping?.message).toMatch(/^(a message cannot be read|NODE_HANDLE(_N?ACK)? is not expected now): ./);
    await eventually(() => {
      expect(sockets()).toBe(before);
    });
  });

  it.each<[string, Written]>([
    ['a type that is not known', { frame: handleFrame({ type: 'bogus' }), handle: 'listening' }],
    ['a type of the prototype', { frame: handleFrame({ type: '__proto__' }), handle: 'listening' }],
    ['no type', { frame: handleFrame({}), handle: 'listening' }],
    ['a server that is a connection', { frame: handleFrame({ type: 'net.Server' }), handle: 'connected' }],
    ['a connection that listens', { frame: handleFrame({ type: 'net.Socket', key: 'k' }), handle: 'listening' }],
    ['a connection that is UDP', { frame: handleFrame({ type: 'net.Socket' }), handle: 'udp' }],
    ['UDP that is a connection', { frame: handleFrame({ type: 'dgram.Socket', dgramType: 'x' }), handle: 'connected' }],
    ['a key of the prototype', { frame: handleFrame({ type: 'net.Socket', key: '__proto__' }), handle: 'connected' }],
    [
      'a handle within a handle',
      { frame: handleFrame({ type: 'net.Native', msg: { cmd: 'NODE_HANDLE', type: 'x', msg: 1 } }), handle: 'udp' },
    ],
    ['an internal message', { frame: handleFrame({ msg: { cmd: 'NODE_X' } }) + '1\n', handle: 'listening' }],
  ])('a handle with %s is closed, and harms nobody', async (_, what) => {
    const before = sockets();
    const child = writes(what);
    expect(await child.seen('message')).toMatchObject({ message: 1 });
    await eventually(() => {
      expect(sockets()).toBe(before);
    });
    expect(typesOf(await child.stop())).not.toContain('stopping channel');
  });

  it.each<[string, Written]>([
    ...[
      '{"cmd":7}',
      '{"cmd":"NODE_SOCKET_NOTIFY_CLOSE","key":"k"}',
      '{"cmd":"NODE_SOCKET_GET_COUNT","key":"__proto__"}',
      '{"cmd":"NODE_CLUSTER","act":"queryServer","seq":1}',
      '{"__proto__":{"rxvisor":"ready"}}',
      '{"rxvisor":"share","step":"ask","key":"__proto__"}',
    ].map((text): [string, Written] => [text, { text: `${text}\n"after"\n` }]),
    ['a message nested 200,000 deep', { deep: 200_000 }],
  ])('%s harms nobody', async (_, what) => {
    const child = writes(what);
    await child.seen('message', ({ message }) => message === 'after');
    expect(typesOf(await child.stop()).filter((type) => type !== 'message')).toEqual([
      ...['spawned', 'ready', 'stopping stop', 'exited'],
    ]);
  });

  it('half a message of a child that has ended keeps nothing open', async () => {
    // An outsider holds the other end of the channel.
    const child = writes({ text: '"half', outsider: true });
    await child.said(/outsider \d+/);
    const [, pid] = /outsider (\d+)/.exec(child.output())!;
    onTestFinished(() => void process.kill(Number(pid), 'SIGKILL'));
    await child.ended();
    // The channel is closed: `handles` of the bench sees to that.
  });

  it('a server of a child that has sent one of its sockets can close', async () => {
    const child = watch({ script: fixture('socketSender.mjs') });
    expect(exits(await child.ended())).toMatchObject([{ code: 0, expected: false }]);
    expect(child.output()).toBe('0 connections\nclosed\n');
  });
});
