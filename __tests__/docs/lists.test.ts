import { readFileSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT } from '../../constructs/built-handler';
import { DEFAULT_LIST, regionsOf } from '../../list/domain-list';
import { parseDomainList } from '../../list/read-list';
import { fencesOf, pages, readPage } from './support/pages';

/** A list, or a part of one that says nothing of domains. */
const lists = pages().flatMap((page) =>
  fencesOf(page, 'yaml').map((body) => ({
    file: page.file,
    text: /^domains:/m.test(body)
      ? body
      : `${body}\ndomains: { example.com: { selector: s1, region: eu-west-1 } }`,
  })),
);
/** Lists in the pages omit settings that other lists on the same page have. */
const complete = (text: string): string =>
  /^defaults:/m.test(text) || /region:/.test(text) ? text : `defaults: { region: eu-west-1 }\n${text}`;

it('the repository’s list equals the README’s', () => {
  const [list] = fencesOf(readPage('README.md'), 'yaml');
  expect(readFileSync(path.join(PROJECT_ROOT, DEFAULT_LIST), 'utf8').trimEnd()).toBe(list!.trimEnd());
});

describe('the lists in the pages', () => {
  it('are found', () => {
    expect(lists.length).toBeGreaterThan(5);
  });

  it.each(lists.map(({ file, text }) => [file, text] as const))('can be used: %s\n%s', (_, text) => {
    expect(regionsOf(parseDomainList(complete(text), 'domains.yaml')).length).toBeGreaterThan(0);
  });
});
