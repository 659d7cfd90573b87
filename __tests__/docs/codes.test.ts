import { OF_ENGINE, RUN_REFUSALS, THROWN } from '../../cli/words/failures';
import { ERRORS } from '../../handlers/words/errors';
import { FINDINGS } from '../../handlers/words/findings';
import { headingsOf, inlineCodeOf, type Page, readPage } from './support/pages';

/** Codes that a person can be shown, by the page that has to explain them. */
const SHOWN = {
  'docs/errors.md': { ...ERRORS, ...THROWN, ...OF_ENGINE, ...RUN_REFUSALS },
  'docs/findings.md': FINDINGS,
};

/** Codes with a heading or a row of a table of their own. */
const explained = (page: Page): Set<string> =>
  new Set([
    ...headingsOf(page).map(({ text }) => text),
    ...[...page.text.matchAll(/^\| `([A-Z_]+)` \| \S/gm)].map(([, code]) => code!),
  ]);

/** Codes that the command or the audit shows, in the order of the page. */
const known: ReadonlySet<string> = new Set(Object.values(SHOWN).flatMap((rows) => Object.keys(rows)));
const codesIn = (page: Page): string[] => inlineCodeOf(page).filter((code) => known.has(code));

describe.each(Object.entries(SHOWN))('%s', (file, rows) => {
  it('explains each code that a person can be shown', () => {
    const there = explained(readPage(file));
    expect(Object.keys(rows).filter((code) => !there.has(code))).toEqual([]);
  });
});

describe('the runbook', () => {
  const english = codesIn(readPage('docs/runbook.md'));

  it.each([
    'DEPLOYED_TWICE',
    'CHECKOUT_OUTDATED',
    'MAIL_FROM_STILL_NEEDED',
    'RECORD_EXISTS',
    'MAY_NOT_SEND',
    'NOT_HEARD',
  ])('has a first step for %s', (code) => {
    expect(english).toContain(code);
  });

  it('names the same codes in both languages', () => {
    expect(codesIn(readPage('docs/runbook.ja.md'))).toEqual(english);
  });
});
