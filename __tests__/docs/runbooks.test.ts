import { fencesOf, headingsOf, type Page, readPage } from './support/pages';
import { commandsIn } from './support/shell';

const structure = (page: Page) =>
  headingsOf(page).map(({ level, text, id }) => ({ level, id, number: text.match(/^[\d.]+/)?.[0] }));
const commands = (page: Page) => fencesOf(page, 'sh').flatMap(commandsIn);
/** Text is what programs print: the same in every language. */
const printed = (page: Page) => [...fencesOf(page, 'text'), ...fencesOf(page, 'json')];

describe.each([
  ['docs/runbook.md', 'docs/runbook.ja.md'],
  ['docs/set-up.md', 'docs/set-up.ja.md'],
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
});

describe.each(['docs/dns-team.md', 'docs/dns-team.ja.md'])('%s', (file) => {
  it('requires no knowledge of AWS or this project', () => {
    const { text } = readPage(file);
    expect(
      text.match(
        /\b(?:AWS|Amazon|SES|S3|Lambda|SNS|Route 53|KMS|IAM|Terraform|OpenTofu|cdktf|npm|byodkim)\b/gi,
      ),
    ).toBeNull();
  });
});
