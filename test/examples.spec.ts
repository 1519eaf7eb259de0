import { readFileSync, rmSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { expectNothingLeft, type Program, start } from './fixtures/cli-harness.js';

afterEach(expectNothingLeft);

const example = (name: string): Program => start(process.execPath, [`examples/${name}`]);

describe('examples', () => {
  it('compose.mjs: the first of three workers wins, the others are stopped', async () => {
    const run = example('compose.mjs');
    expect(await run.ended).toEqual({ code: 0, signal: null });
    expect(run.stderr()).toBe('');
    const lines = run.stdout().trimEnd().split('\n');
    expect(lines.slice(0, 3).toSorted()).toEqual(['worker-1 runs', 'worker-2 runs', 'worker-3 runs']);
    expect(lines.slice(3)).toEqual([expect.stringMatching(/^worker-\d answered 42$/), 'the others are being stopped']);
    expect(run.left()).toEqual([]);
  });

  it.each(['policy', 'errorLines', 'afterDatabase', 'doubling'])('%s.marbles.mjs proves its policies', async (name) => {
    const run = example(`${name}.marbles.mjs`);
    expect(await run.ended).toEqual({ code: 0, signal: null });
    expect(run.stdout()).toMatch(/^(passed: .+\n)+$/);
  });

  it('poolFiles.mjs: counts the lines of files, in order', async () => {
    const run = example('poolFiles.mjs');
    expect(await run.ended).toEqual({ code: 0, signal: null });
    const lines = run.stdout().trimEnd().split('\n');
    const names = lines.slice(0, -1).map((line) => line.split(' ')[1]);
    expect(names).toContain('poolFiles.mjs');
    expect(names).toEqual([...names].sort());
    expect(lines.at(-1)).toMatch(/^\d+ in total$/);
    expect(run.left()).toEqual([]);
  });

  it('poolStreams.mjs: sends a stream through a worker and back', async () => {
    const run = example('poolStreams.mjs');
    expect(await run.ended).toEqual({ code: 0, signal: null });
    expect(run.stdout()).toBe('text.gz: smaller than 1 MiB\n');
    expect(run.left()).toEqual([]);
  });

  it('cluster.mjs: replaces two servers under load', async () => {
    const run = example('cluster.mjs');
    expect(await run.ended).toEqual({ code: 0, signal: null });
    expect(run.stderr()).toBe('');
    expect(run.stdout()).toBe(
      'two instances are ready\nboth instances are replaced\nrequests answered: many, failed: 0\n',
    );
    expect(run.left()).toEqual([]);
  });

  it('status.mjs: shows how two services fare until both are stopped', async () => {
    const run = example('status.mjs');
    expect(await run.ended).toEqual({ code: 0, signal: null });
    const lines = run.stdout().trimEnd().split('\n');
    expect(lines[0]).toBe('web starting (0)   jobs starting (0)');
    expect(lines.at(-1)).toBe('web stopped (1)   jobs stopped (0)');
    expect(lines.some((line) => line.startsWith('web online (1)'))).toBe(true);
    expect(run.left()).toEqual([]);
  });

  describe('services.config.mjs, as npm start runs it', () => {
    const clear = () => rmSync('examples/logs', { recursive: true, force: true });
    beforeAll(clear);
    afterAll(clear);

    it('serves, logs the time, crashes and restarts, logs without colours, and drains at the end', async () => {
      const run = start(process.execPath, ['dist/cli/main.js', 'run', 'examples/services.config.mjs']);
      await run.says(/^clock: it is \d\d:\d\d:\d\d$/m);
      await run.says(/ crasher backing off 100ms after crash 1$/m);
      await run.says(/ crasher backing off 500ms after crash 2$/m);
      await run.says(/^api: try: curl \S+$/m);
      await run.says(/ api ready$/m);
      const [, url = ''] = /curl (\S+)/.exec(run.stdout()) ?? [];
      const answering = fetch(url).then(async (response) => response.text());
      await run.says(/^api: a request$/m);
      await vi.waitFor(
        () => expect(readFileSync('examples/logs/painter.log', 'utf8')).toMatch(/^(painting number \d+\n)+$/),
        { timeout: 10_000 },
      );
      run.process.kill('SIGTERM');
      expect(await answering).toBe('hello\n');
      expect(await run.ended).toEqual({ code: null, signal: 'SIGTERM' });
      expect(run.stdout()).toMatch(/^api: draining, requests open: 1\n(.*\n)*api: drained\n/m);
      expect(run.stdout()).toMatch(/^clock: good-bye$/m);
      expect(run.stdout()).not.toContain('painting');
      expect(run.stderr()).toBe('');
      expect(run.left()).toEqual([]);
    });
  });
});
