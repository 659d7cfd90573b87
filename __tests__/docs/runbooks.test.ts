import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fencesOf, firstCellsOf, headingsOf, type Page, PROJECT, readPage } from './support/pages';
import { commandsIn } from './support/shell';

const structure = (page: Page) =>
  headingsOf(page).map(({ level, text, id }) => ({ level, id, number: text.match(/^[\d.]+/)?.[0] }));
const commands = (page: Page) => fencesOf(page, 'sh').flatMap(({ body }) => commandsIn(body));
/** Text is what programs print: the same in every language. */
const printed = (page: Page) => [...fencesOf(page, 'text'), ...fencesOf(page, 'json')];

describe.each([
  ['docs/runbook.md', 'docs/runbook.ja.md'],
  ['docs/dns-team.md', 'docs/dns-team.ja.md'],
])('%s and %s', (english, japanese) => {
  const [one, other] = [readPage(english), readPage(japanese)];

  it('have the same parts in the same order', () => {
    expect(structure(one).length).toBeGreaterThan(5);
    expect(structure(other)).toEqual(structure(one));
  });

  it('give the same commands in the same order', () => {
    expect(commands(one).length).toBeGreaterThan(1);
    expect(commands(other)).toEqual(commands(one));
  });

  it('show the same output', () => {
    expect(printed(other)).toEqual(printed(one));
  });

  it('have tables of the same length', () => {
    expect(firstCellsOf(other)).toHaveLength(firstCellsOf(one).length);
  });
});

describe.each(['docs/runbook.md', 'docs/runbook.ja.md'])('%s', (file) => {
  const page = readPage(file);

  it('begins with what one sees, and sends each to a section', () => {
    const [, section = ''] = page.text.split('<a id="symptoms"></a>');
    const rows = section
      .split('<a id=')[0]!
      .match(/^\|.*$/gm)!
      .slice(2);
    expect(rows.length).toBeGreaterThan(8);
    expect(rows.filter((row) => !/\]\(#[\w-]+\)/.test(row))).toEqual([]);
  });

  it('begins a rollback that failed with byodkim revert', () => {
    const [, section = ''] = page.text.split('<a id="rollback-failed"></a>');
    expect(/^ *npm run byodkim.*$/m.exec(section)?.[0]).toContain('revert example.com --yes');
  });

  it('explains every event of the ledger', () => {
    const source = readFileSync(path.join(PROJECT, 'handlers/ledger/ledger.ts'), 'utf8');
    const [, all = ''] = /\bevent: z\.enum\(\[(.*?)\]\)/s.exec(source) ?? [];
    const events = [...all.matchAll(/'([\w-]+)'/g)].map(([, event]) => event!);
    expect(events.length).toBeGreaterThan(5);
    expect(events.filter((event) => !page.text.includes(`*${event}*`))).toEqual([]);
  });

  it('numbers its parts without a gap', () => {
    const numbers = headingsOf(page)
      .filter(({ level }) => level === 2)
      .map(({ text }) => Number.parseInt(text, 10));
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  });

  it('calls its parts by their numbers', () => {
    const numbers = new Map(headingsOf(page).map(({ id, text }) => [id, text.match(/^\d+(?:\.\d+)*/)?.[0]]));
    const named = [...page.text.matchAll(/\[(?:section )?(\d+(?:\.\d+)*)[^\]]*\]\(#([\w-]+)\)/g)];
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter(([, number, id]) => numbers.get(id) !== number).map(([link]) => link)).toEqual([]);
  });
});

describe.each(['docs/dns-team.md', 'docs/dns-team.ja.md'])('%s', (file) => {
  it('asks nobody to know AWS or this project', () => {
    const { text } = readPage(file);
    expect(
      text.match(
        /\b(?:AWS|Amazon|SES|S3|Lambda|SNS|Route 53|KMS|IAM|Terraform|OpenTofu|cdktf|npm|byodkim)\b/gi,
      ),
    ).toBeNull();
  });
});
