import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { exitOf } from '../../../src/cli/client/withDaemon.js';

describe('exitOf', () => {
  it.each<[string, string, string[], number | string]>([
    ['an exit code', 'sh', ['-c', 'exit 3'], 3],
    ['a signal', 'sh', ['-c', 'kill -9 $$'], 'SIGKILL'],
    ['why it could not be started', '/nowhere/node', [], 'spawn /nowhere/node ENOENT'],
  ])('is %s', async (_name, command, args, expected) => {
    const outcome = await exitOf(spawn(command, args));
    expect(outcome instanceof Error ? outcome.message : outcome).toBe(expected);
  });
});
