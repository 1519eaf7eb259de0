import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

const pages = ['README.md', 'CONTRIBUTING.md', ...readdirSync('docs').map((name) => join('docs', name))];

describe.each(pages.filter((page) => page.endsWith('.md')))('%s', (page) => {
  const text = readFileSync(page, 'utf8').replace(/^ *(`{3,})[^]*?^ *\1 *$/gm, '');
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link]) => link!)
    .filter((link) => !/^[a-z]+:/.test(link));

  it('links to what is there', () => {
    const [here, elsewhere] = [
      links.filter((link) => link.startsWith('#')),
      links.filter((link) => !link.startsWith('#')),
    ];
    expect(elsewhere.filter((link) => !existsSync(join(dirname(page), link.replace(/#.*/, ''))))).toEqual([]);
    const anchors = [...text.matchAll(/^#+ (.*)$/gm)].map(([, title]) =>
      title!
        .toLowerCase()
        .replace(/[^\w\- ]/g, '')
        .replaceAll(' ', '-'),
    );
    expect(here.filter((link) => !anchors.includes(link.slice(1)))).toEqual([]);
  });
});

it('every diagram is on a page', () => {
  const all = pages.map((page) => readFileSync(page, 'utf8')).join();
  expect(readdirSync('marbles/svg').filter((name) => !all.includes(name))).toEqual([]);
});
