import { CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';
import { commandLine, type RunRequest } from '../../src/cli/commandLine.js';

/** What a command line asks for, or how commander refuses it, and what it prints. */
async function parse(...args: string[]) {
  const requests: RunRequest[] = [];
  let out = '';
  let err = '';
  const program = commandLine(async (request) => void requests.push(request));
  for (const command of [program, ...program.commands]) {
    command.configureOutput({ writeOut: (text) => (out += text), writeErr: (text) => (err += text) });
  }
  const error = await program.parseAsync(args, { from: 'user' }).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect.assert(error === undefined || error instanceof CommanderError);
  return { requests, out, err, code: error?.code, exitCode: error?.exitCode };
}

describe('the command line', () => {
  it('runs a file', async () => {
    expect(await parse('run', 'app.js')).toMatchObject({
      requests: [{ file: 'app.js', args: [], duration: undefined }],
      err: '',
    });
  });

  it('takes --for anywhere, and arguments for a script', async () => {
    const { requests } = await parse('run', 'app.js', '--for', '1.5m', 'one', '--', '--for', 'x');
    expect(requests).toEqual([{ file: 'app.js', args: ['one', '--for', 'x'], duration: 90_000 }]);
  });

  it.each([
    [['run'], "missing required argument 'file'"],
    [['rum', 'app.js'], "unknown command 'rum'\n(Did you mean run?)"],
    [['run', '--fro', '5s', 'app.js'], "unknown option '--fro'\n(Did you mean --for?)"],
    [['run', 'app.js', '--for', '5x'], "argument '5x' is invalid. Give a number and ms, s, m, h or d"],
    [[], 'Usage: rxvisor'],
  ])('refuses %j', async (args, problem) => {
    const { requests, out, err, exitCode } = await parse(...args);
    expect({ requests, out }).toEqual({ requests: [], out: '' });
    expect(err).toContain(problem);
    expect(exitCode).not.toBe(0);
  });

  it('has a help that tells a config from a script, and a version', async () => {
    const help = await parse('run', '--help');
    expect(help).toMatchObject({ exitCode: 0, err: '', requests: [] });
    for (const word of ['*.config.mjs', '--for', 'Exit codes', 'folder of']) expect(help.out).toContain(word);
    for (const line of help.out.split('\n')) expect(line.length).toBeLessThan(80);
    const version = await parse('--version');
    expect(version.exitCode).toBe(0);
    expect(version.out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
