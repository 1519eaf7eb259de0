import { describe, expect, it } from 'vitest';
import { isHangupIgnored } from '../../../src/cli/manager/runInForeground.js';

const HUP = 'Name:\tbash\nSigIgn:\t0000000000000001\nSigCgt:\t0000000000000000\n';
const others = 'Name:\tbash\nSigIgn:\t0000000000384004\nSigCgt:\t0000000000000001\n';
const flags = (octal: string): string => `pos:\t0\nflags:\t${octal}\nmnt_id:\t24\n`;

/** Whether, with these files; there are no others. */
function ignored(env: NodeJS.ProcessEnv, files: Readonly<Record<string, string>> = {}): boolean {
  const read = (path: string): string | undefined => files[path];
  return isHangupIgnored({ env, ppid: 7 }, { text: read, link: read });
}

describe('isHangupIgnored', () => {
  it.each(['/usr/bin/nohup', 'nohup', '/bin/nohup'])('started by %s', (program) => {
    expect(ignored({ _: program })).toBe(true);
  });

  it.each([undefined, '', '/usr/bin/node', '/usr/bin/nohup2', '/home/me/nohup/rxvisor'])('not by %s', (program) => {
    expect(ignored({ _: program })).toBe(false);
  });

  it('by a shell that ignores it, and not by one that ignores other signals or handles it', () => {
    expect(ignored({}, { '/proc/7/status': HUP })).toBe(true);
    expect(ignored({}, { '/proc/7/status': others })).toBe(false);
    expect(ignored({}, { '/proc/7/status': 'Name:\tbash\n' })).toBe(false);
  });

  it.each([
    ['0100001', '/dev/null', true],
    ['0100000', '/dev/null', false],
    ['0100002', '/dev/null', false],
    ['0100001', '/tmp/file', false],
  ])('by GNU nohup in a terminal: stdin with flags %s is %s', (octal, target, expected) => {
    expect(ignored({}, { '/proc/self/fdinfo/0': flags(octal), '/proc/self/fd/0': target })).toBe(expected);
  });
});
