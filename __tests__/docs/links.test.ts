import { existsSync } from 'node:fs';
import path from 'node:path';
import { anchorsOf, PROJECT, pages, proseOf, readPage } from './support/pages';

const links = pages().flatMap((page) =>
  [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => target!)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => ({ page, target })),
);

describe('the pages', () => {
  it('link to each other', () => {
    expect(links.length).toBeGreaterThan(50);
  });

  it('link to no missing target', () => {
    const broken = links.filter(({ page, target }) => {
      const [file = '', anchor] = target.split('#');
      const full = file === '' ? page.file : path.join(path.dirname(page.file), file);
      if (!existsSync(path.join(PROJECT, full))) return true;
      return anchor !== undefined && !anchorsOf(readPage(full)).has(anchor);
    });
    expect(broken.map(({ page, target }) => `${page.file}: ${target}`)).toEqual([]);
  });

  it('use no anchor twice', () => {
    const doubled = pages().flatMap(({ file, text }) => {
      const ids = [...text.matchAll(/<a id="([\w-]+)">/g)].map(([, id]) => id!);
      return ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `${file}#${id}`);
    });
    expect(doubled).toEqual([]);
  });
});
