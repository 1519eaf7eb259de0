import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const root = process.cwd();
const folder = mkdtempSync(join(tmpdir(), 'rxvisor-stranger-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The README's example, as a test of a runner's; and one that fails. */
function testOf(imported: string): string {
  const [, example = ''] = /```ts run\n(import \{ lifecycle \}[^]*?)```/.exec(readFileSync('README.md', 'utf8')) ?? [];
  const [, imports = '', body = ''] = /^(import .*\n)\n([^]*)$/.exec(example) ?? [];
  const failing = body.replace('(sr) 1997ms (xb) 96ms', '(sr) 1997ms (xb) 46ms');
  expect(failing).not.toBe(body);
  return `${imported}\n${imports}
test('the example of the README', () => {\n${body}});
test('fails for people', () => {\n${failing}});
`;
}

/** An empty folder with the package as it is packed; what it depends on is linked, not fetched. */
beforeAll(async () => {
  const { stdout } = await run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder]);
  const [packed] = JSON.parse(stdout) as { filename: string }[];
  const modules = join(folder, 'node_modules');
  const target = join(modules, 'rxvisor');
  mkdirSync(target, { recursive: true });
  await run('tar', ['-xzf', join(folder, packed!.filename), '-C', target, '--strip-components=1']);
  const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies: object };
  for (const name of ['rxjs', 'vitest', ...Object.keys(dependencies)]) {
    symlinkSync(join(root, 'node_modules', name), join(modules, name));
  }
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
});

async function outcomeOf(command: string, args: readonly string[]) {
  const env = {
    ...process.env,
    NO_COLOR: '1',
    VITEST: undefined,
    NODE_OPTIONS: undefined,
    NODE_TEST_CONTEXT: undefined,
  };
  const failed = await run(command, args, { cwd: folder, env }).then(
    () => ({ code: 0, stdout: '', stderr: '' }),
    (error: unknown) => error as { code: number; stdout: string; stderr: string },
  );
  return { code: failed.code, output: failed.stdout + failed.stderr };
}

describe('a stranger with an empty folder and the packed package', () => {
  it.each([
    ['node:test', "import { test } from 'node:test';", process.execPath, ['--test', 'node.test.js']],
    [
      'vitest',
      "import { test } from 'vitest';",
      process.execPath,
      [join(root, 'node_modules/vitest/vitest.mjs'), 'run', 'vitest.test.js', '--root', folder],
    ],
  ])('runs the example of the README in %s, and reads what fails', async (name, imported, command, args) => {
    writeFileSync(join(folder, `${name === 'vitest' ? name : 'node'}.test.js`), testOf(imported));
    const { code, output } = await outcomeOf(command, args);
    expect(output).toMatch(/^.*(pass 1|1 passed)/m);
    expect(output).toMatch(/^.*(fail 1|1 failed)/m);
    expect(output).toContain('The lifecycle differs at 2.051s: expected s spawned, r ready; it came 50ms late');
    expect(output).toMatch(/^ *expected {2}\(sr\)--\(xb\)----\(sr\)-+/m);
    expect(output).toMatch(/^ *actual {4}\(sr\)--\(xb\)-+\(sr\)-+/m);
    expect(code).toBe(1);
  });
});
