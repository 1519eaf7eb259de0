import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';
import { afterAll, describe, expect, it } from 'vitest';

interface Fence {
  readonly page: string;
  readonly line: number;
  readonly extension: string;
  readonly run: boolean;
  readonly code: string;
}

const root = process.cwd();
// Inside the repository, so that `import 'rxvisor'` finds the package itself, as built.
const folder = mkdtempSync(join(root, '.docs-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The fences marked `ts`, `js` or `mjs`; ` run` after that asks to be run as well. */
function fencesOf(page: string, text: string): Fence[] {
  return [...text.matchAll(/^( *)(`{3,})(ts|js|mjs)\b([^\n`]*)\n(.*?)^\1\2 *$/gms)].map((match) => {
    const [, , , language = '', info = '', code = ''] = match;
    const line = text.slice(0, match.index).split('\n').length;
    return { page, line, extension: language === 'ts' ? 'ts' : 'mjs', run: /\brun\b/.test(info), code };
  });
}

/** Writes a fence so that its line numbers are the page's. */
function write({ page, line, code, extension }: Fence): string {
  const path = join(folder, `${basename(page)}-${line}.${extension}`);
  writeFileSync(path, '\n'.repeat(line) + code);
  return path;
}

/** What one TypeScript program over all the fences has to say about them. */
function typeErrors(fences: readonly Fence[]): string[] {
  const { config } = ts.readConfigFile('tsconfig.json', (path) => readFileSync(path, 'utf8')) as { config: object };
  const { options } = ts.parseJsonConfigFileContent({ ...config, files: [], include: [] }, ts.sys, root);
  const { paths: _sources, ...asPublished } = options;
  const program = ts.createProgram(
    fences.map(write),
    Object.assign(asPublished, {
      moduleDetection: ts.ModuleDetectionKind.Force,
      noUnusedLocals: false,
      noUnusedParameters: false,
    }),
  );
  return ts.getPreEmitDiagnostics(program).map((diagnostic) => {
    const { file, start = 0, messageText } = diagnostic;
    const at = file && `${relative(folder, file.fileName)}:${file.getLineAndCharacterOfPosition(start).line + 1} `;
    return `${at ?? ''}${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
  });
}

async function run(fence: Fence): Promise<void> {
  const { module, target } = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 };
  const path = write({ ...fence, extension: 'mjs' });
  const source = readFileSync(path, 'utf8');
  writeFileSync(path, ts.transpileModule(source, { compilerOptions: { module, target } }).outputText);
  await promisify(execFile)(process.execPath, [path], { timeout: 15_000 });
}

describe('the code in README.md and docs', () => {
  const names = existsSync('docs') ? readdirSync('docs').filter((name) => name.endsWith('.md')) : [];
  const pages = ['README.md', ...names.map((name) => join('docs', name))].filter((page) => existsSync(page));
  const fences = pages.flatMap((page) => fencesOf(page, readFileSync(page, 'utf8')));

  it('is well typed against the built package', () => {
    expect(typeErrors(fences)).toEqual([]);
  }, 120_000);

  it.each(fences.filter((fence) => fence.run))('$page:$line runs', run);

  it('would not pass if it were broken', async () => {
    const code = 'const port: number = "80";\nthrow new Error(`${port} is taken`);\n';
    const [fence] = fencesOf('BROKEN.md', `Text\n\n\`\`\`ts run\n${code}\`\`\`\n`);
    expect.assert(fence);
    expect(typeErrors([fence])).toEqual(["BROKEN.md-3.ts:4 Type 'string' is not assignable to type 'number'."]);
    await expect(run(fence)).rejects.toThrow('Error: 80 is taken');
  }, 60_000);
});
