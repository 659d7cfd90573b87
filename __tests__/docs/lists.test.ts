import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { App } from 'cdktf';
import { parseDomainList } from '../../list/read-list';
import { compose } from '../../main';
import { fencesOf, pages } from './support/pages';

/** A list, or a part of one that says nothing of domains. */
const lists = pages().flatMap((page) =>
  fencesOf(page, 'yaml').map(({ body }) => ({
    file: page.file,
    text: /^domains:/m.test(body)
      ? body
      : `${body}\ndomains: { example.com: { selector: s1, region: eu-west-1 } }`,
  })),
);
/** Lists in the pages leave out what others of the same page say. */
const complete = (text: string): string =>
  /^defaults:/m.test(text) || /region:/.test(text) ? text : `defaults: { region: eu-west-1 }\n${text}`;

describe('the lists in the pages', () => {
  it('are there', () => {
    expect(lists.length).toBeGreaterThan(5);
  });

  it.each(lists.map(({ file, text }) => [file, text] as const))('can be used: %s\n%s', (_, text) => {
    expect(parseDomainList(complete(text), 'domains.yaml').domains.length).toBeGreaterThan(0);
  });
});

describe('the addresses of resources in the pages', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'byodkim-docs-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('are those of every domain', () => {
    const named = new Set(
      pages().flatMap(
        ({ text }) => text.match(/\b(?:terraform_data|aws_\w+)\.Identity\w*_[0-9A-F]{8}\b/g) ?? [],
      ),
    );
    expect(named.size).toBeGreaterThan(1);
    const zip = path.join(folder, 'handler.zip');
    writeFileSync(zip, 'code');
    const app = new App({ outdir: path.join(folder, 'out') });
    const text =
      'defaults: { region: eu-west-1, selector: s1 }\ndomains: { example.com: , example.org: { createKey: true } }';
    compose(app, parseDomainList(text, path.join(folder, 'domains.yaml')), { path: zip, sha256Base64: '' });
    app.synth();
    for (const domain of ['example.com', 'example.org']) {
      const file = path.join(folder, 'out/stacks', domain, 'cdk.tf.json');
      const { resource } = JSON.parse(readFileSync(file, 'utf8'));
      const missing = [...named].filter((address) => {
        const [type, name] = address.split('.') as [string, string];
        return resource[type]?.[name] === undefined;
      });
      expect(missing).toEqual([]);
    }
  });
});
