import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

const docs = readdirSync('docs')
  .filter((name) => name.endsWith('.md'))
  .map((name) => join('docs', name));
const pages = ['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', ...docs];

/** Without its fences: what is in there are neither links nor titles. */
const read = (page: string): string => readFileSync(page, 'utf8').replace(/^ *(`{3,})[^]*?^ *\1 *$/gm, '');

/** The relative ones, as paths from here, each with its anchor. */
const linksOf = (page: string) =>
  [...read(page).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link]) => link!)
    .filter((link) => !/^[a-z]+:/.test(link))
    .map((link) => {
      const [path = '', anchor] = link.split('#');
      return { link, path: path === '' ? page : normalize(join(dirname(page), path)), anchor };
    });

/** As GitHub makes them of titles. */
const anchorsOf = (page: string): readonly string[] =>
  [...read(page).matchAll(/^#+ (.*)$/gm)].map(([, title]) =>
    title!
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_\- ]/gu, '')
      .replaceAll(' ', '-'),
  );

describe.each(pages)('%s', (page) => {
  it('links to what is there, the anchors too', () => {
    const links = linksOf(page);
    expect(links.filter(({ path }) => !existsSync(path))).toEqual([]);
    const anchored = links.filter(({ path, anchor }) => anchor !== undefined && path.endsWith('.md'));
    expect(anchored.filter(({ path, anchor }) => !anchorsOf(path).includes(anchor!))).toEqual([]);
  });

  it('has no two titles of one anchor', () => {
    expect(anchorsOf(page)).toEqual([...new Set(anchorsOf(page))]);
  });
});

it('README.md lists every page of docs, with a line on each', () => {
  const [, list = ''] = read('README.md').split(/^## Documentation$/m);
  const listed = [...list.matchAll(/^- \[[^\]]+\]\((docs\/[^)#]+)\): \S.*$/gm)].map(([, path]) => path);
  expect(listed.toSorted()).toEqual(docs.toSorted());
});

it('every diagram is on a page', () => {
  const all = pages.map((page) => readFileSync(page, 'utf8')).join();
  expect(readdirSync('marbles/svg').filter((name) => !all.includes(name))).toEqual([]);
});

it('docs/configuring.md has a row for every field of a service', () => {
  const rows = [...read('docs/configuring.md').matchAll(/^\| `(\w+)` \|/gm)].map(([, field]) => field!);
  const schema = JSON.parse(readFileSync('config.schema.json', 'utf8')) as {
    readonly definitions: { readonly service: { readonly properties: object } };
  };
  const fields = Object.keys(schema.definitions.service.properties);
  expect(fields).toContain('restartAt');
  expect(fields.filter((field) => !rows.includes(field))).toEqual([]);
});

it('README.md has 250 lines at most', () => {
  expect(readFileSync('README.md', 'utf8').split('\n').length).toBeLessThan(252);
});
