import { readFileSync } from 'node:fs';
import path from 'node:path';
import { UNVERIFIED_MAIL } from '../../handlers/words/unsigned-mail';

const textOf = (page: string): string =>
  readFileSync(path.join(__dirname, '../..', page), 'utf8')
    .replaceAll('`', '')
    .replaceAll(/\s+/g, ' ');

it.each([
  ['README.md', 1],
  ['docs/set-up.md', 1],
  ['docs/adoption.md', 1],
  ['docs/architecture.md', 1],
  ['docs/runbook.md', 3],
  ['packages/sandbox/README.md', 1],
])('%s says what the notices say of mail that SES has not verified', (page, times) => {
  expect(textOf(page).split(UNVERIFIED_MAIL).length - 1).toBe(times);
});

it('the Japanese runbook says it in one sentence, as often as the English one', () => {
  const words =
    'メールには amazonses.com の署名だけが付くか、SES がメールを拒否している（どちらになるかは未確認）';
  expect(textOf('docs/runbook.ja.md').split(words).length - 1).toBe(3);
});
