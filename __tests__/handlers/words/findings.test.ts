import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT } from '../../../constructs/built-handler';
import { finding } from '../../../handlers/audit/findings/finding';
import { domainReport } from '../../../handlers/audit/findings/report';
import { Redactor } from '../../../handlers/errors/redact';
import { FINDINGS, type FindingCode, type FindingFacts } from '../../../handlers/words/findings';
import { domainText } from '../../../handlers/words/report';
import { FINDING_EXAMPLES } from './finding-examples';
import { KEY, poisoned } from './poison';

const CODES = Object.keys(FINDINGS) as FindingCode[];

const FOLDER = path.join(PROJECT_ROOT, 'handlers/audit');

/** All that finds something. */
const finders = readdirSync(FOLDER, { encoding: 'utf8', recursive: true })
  .filter((name) => name.endsWith('.ts') && path.basename(name) !== 'finding.ts')
  .map((name) => readFileSync(path.join(FOLDER, name), 'utf8'))
  .join('\n');

it('has a row for each finding that the audit makes, and no other', () => {
  const made = new Set(
    [...finders.matchAll(/'([A-Z]+(?:_[A-Z]+)+|DRIFT|UNCONFIRMED)'/g)].map(([, code]) => code!),
  );

  expect(CODES.filter((code) => !made.has(code))).toEqual([]);
});

it.each([
  finding('RECORD_MISSING', FINDING_EXAMPLES.RECORD_MISSING[0]!),
  finding('RECORD_INVALID', FINDING_EXAMPLES.RECORD_INVALID[0]!),
  finding('RECORD_OF_OTHER_KEY', FINDING_EXAMPLES.RECORD_OF_OTHER_KEY[0]!),
  finding('RECORD_GONE_TOO_EARLY', FINDING_EXAMPLES.RECORD_GONE_TOO_EARLY[0]!),
  ...FINDING_EXAMPLES.NOT_VERIFIED.slice(0, 4).map((facts) => finding('NOT_VERIFIED', facts)),
])('names the selector in its commands, since the list may have another one by now: $code', ({ todo }) => {
  expect(todo).toMatch(/byodkim (?:record|check) <domain> -s s\d\b/);
  expect(todo).not.toMatch(/byodkim (?:record|check) <domain>(?! -s s\d\b)/);
});

describe.each(CODES)('%s', (code) => {
  const examples = FINDING_EXAMPLES[code] as readonly FindingFacts[typeof code][];

  it('names the domain only in commands, and the acting person once', () => {
    const { who } = FINDINGS[code];
    const todo = FINDINGS[code].todo();

    expect(todo.replace(/`byodkim [^`]*`/g, '')).not.toContain('<domain>');
    if (who !== undefined) expect(todo).not.toContain(who.split(';')[0]);
  });

  it.each(examples)('has whole sentences: %j', (facts) => {
    const { found, todo } = finding(code, facts);

    for (const text of [found, todo]) expect(text).not.toMatch(/undefined|null|\[object|NaN/);
    expect(found).toMatch(/^[A-Z].*\.$/);
    expect(found).not.toContain('..');
  });

  it.each(examples)('shows no private key, wherever its facts hold one: %j', (facts) => {
    const place = { domain: 'example.com', region: 'eu-west-1' };
    const report = domainReport(place, { selector: 's1', findings: [finding(code, poisoned(facts))] });
    const redactor = new Redactor();

    expect(redactor.redact(domainText(report))).not.toContain(KEY);
    expect(JSON.stringify(redactor.redactValue(report))).not.toContain(KEY);
  });
});

describe('the advice on a record that SES has not verified', () => {
  const FACTS = { selector: 's1', lastLook: {} };
  const AT = '2026-12-12T15:44:00.000Z';
  const lapse = { since: AT, givesUpAt: AT, isBack: false };
  it.each([
    ['deploys after SES has given up', { ...FACTS, status: 'FAILED' }, 'SES has given up'],
    ['does not deploy while SES checks', { ...FACTS, status: 'PENDING' }, 'SES still checks by itself.'],
    [
      'names the time that is left',
      { ...FACTS, status: 'TEMPORARY_FAILURE', lapse: { ...lapse, isOver: false } },
      `Before ${AT}: Publish`,
    ],
    [
      'names no time that has come',
      { ...FACTS, status: 'TEMPORARY_FAILURE', lapse: { ...lapse, isOver: true } },
      'At once: Publish',
    ],
  ])('%s', (_, facts, begin) => {
    const { todo } = finding('NOT_VERIFIED', facts);
    expect(todo).toMatch(new RegExp(`^${begin}`));
    expect(todo.includes('deploy the domain again')).toBe(facts.status === 'FAILED');
  });
});

describe('a missing key', () => {
  const FACTS = { selector: 's1', place: 's3://keys/dkim-certificates/a/s1/private_key.pem' };

  it('is restored with a command while S3 has a version of it', () => {
    const { todo } = finding('KEY_MISSING', { ...FACTS, isKept: true });
    expect(todo).toContain(
      'aws s3api delete-object --bucket keys --key dkim-certificates/a/s1/private_key.pem --version-id',
    );
    expect(todo).not.toContain('rotate');
  });

  it('is given up by a rotation that is not refused, once S3 has no version of it', () => {
    const { todo } = finding('KEY_MISSING', { ...FACTS, isKept: false });
    expect(todo).not.toContain('delete-object');
    expect(todo).toMatch(/control\.allow\.irreversible.*irreversible: allow.*rotate/);
  });
});
