import { describe, expect, it } from 'vitest';
import { RxvisorError } from '../../src/index.js';
import { isReady } from '../../src/process/readiness.js';
import type { ProcessEvent } from '../../src/model/spawnedProcess.js';

const output = (text: string): ProcessEvent => ({ type: 'output', stream: 'stdout', text, cut: 0 });
const message = (message: unknown): ProcessEvent => ({ type: 'message', message });

describe('isReady', () => {
  it('spawn: once it is spawned', () => {
    const is = isReady('spawn');
    expect(is({ type: 'spawn' })).toBe(true);
    expect(is(output('ready\n'))).toBe(false);
  });

  it('message: when rxvisor/child says so, or the child itself as it would to pm2, and by no other message', () => {
    const is = isReady('message');
    expect(is({ type: 'spawn' })).toBe(false);
    expect(is(message({ rxvisor: 'ready' }))).toBe(true);
    expect(is(message('ready'))).toBe(true);
    for (const other of [{ rxvisor: 'hello' }, { rxvisor: 'ready', more: 1 }, 'hello', null, { ready: true }]) {
      expect(is(message(other))).toBe(false);
    }
  });

  it('listening: when a server listens, and by no message of the child’s own', () => {
    const is = isReady('listening');
    expect(is(message({ rxvisor: 'listening' }))).toBe(true);
    for (const other of ['listening', 'ready', { rxvisor: 'ready' }]) expect(is(message(other))).toBe(false);
  });

  it('line: a string matches a line that contains it, any line of the block', () => {
    const is = isReady({ line: 'up on' });
    expect(is(output('one\nserver up on 80\n'))).toBe(true);
    expect(is(output('one\nup\non\n'))).toBe(false);
    expect(is(message('up on'))).toBe(false);
  });

  it('line: a pattern matches within a line, a carriage return before the line end apart', () => {
    const is = isReady({ line: /^up$/ });
    expect(is(output('not up\nup\n'))).toBe(true);
    expect(is(output('up\r\n'))).toBe(true);
    expect(is(output('not up\n'))).toBe(false);
  });

  it.each(['g', 'y', 'gy', 'gi'])('line: a pattern with flag %s does not remember the last line', (flags) => {
    const is = isReady({ line: new RegExp('up', flags) });
    for (let n = 0; n < 3; n += 1) expect(is(output('up\n'))).toBe(true);
  });

  it('line: leaves the user’s pattern as it was', () => {
    const line = /up/g;
    isReady({ line })(output('up up\n'));
    expect(line.lastIndex).toBe(0);
  });

  it('line: a pattern that backtracks for ever is stopped, and named', () => {
    const is = isReady({ line: /^(a+)+$/ });
    expect(is(output(`${'a'.repeat(20)}\n`))).toBe(true);
    const endless = output(`ready\n${'a'.repeat(40)}!\n`);
    expect(() => is(endless)).toThrow(RxvisorError);
    expect(() => is(endless)).toThrow(
      /^\/\^\(a\+\)\+\$\/ took longer than 1000 ms to match\. Give a simpler pattern, or a string\.$/,
    );
  });
});
