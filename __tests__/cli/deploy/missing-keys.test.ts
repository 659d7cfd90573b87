import { withMissingKeys } from '../../../cli/deploy/missing-keys';
import { exitCodeOf, outcome } from '../../../cli/deploy/outcome';
import { explanations } from '../../../cli/deploy/report';
import { CliError } from '../../../cli/errors/cli-error';
import { EXIT } from '../../../cli/exit-codes';
import type { Ended, Outcome } from '../../../cli/words/outcomes';
import { finding } from '../../../handlers/audit/findings/finding';
import type { KnownDomain } from '../../../handlers/reports/known-domain';
import { parseDomainList } from '../../../list/read-list';

const LIST = parseDomainList(
  'defaults: { region: eu-west-1, selector: s1 }\ndomains: { example.com:, example.org: }\n',
  'domains.yaml',
);
const GONE = finding('KEY_MISSING', {
  selector: 's1',
  place: 's3://keys/dkim-certificates/example.org/s1/private_key.pem',
  isKept: true,
});
const OLD = finding('KEY_OVERDUE', { madeOn: '2025-01-01', dueOn: '2026-04-02', lifetimeDays: 456 });

const STACKS = LIST.domains.map(({ stack }) => stack);
const NOT_ASKED = new CliError('ACCESS_DENIED', { message: 'no' });

/** Ends two entries; the function says of the second one what it has found, or does not answer. */
function ended(end: Ended, second: readonly unknown[] | CliError = [GONE, OLD]): Outcome[] {
  const answers = [{ findings: [] }, second instanceof CliError ? second : { findings: second }];
  const known = new Map(STACKS.map((stack, at) => [stack, answers[at] as KnownDomain | CliError]));
  const outcomes = STACKS.map((stack) => outcome(stack, end, { code: 'NO_CHANGES', facts: {} }));
  return withMissingKeys(outcomes, known);
}

test('reports an unchanged entry whose key is gone with the way to restore it, and exits with 3', () => {
  const outcomes = ended('unchanged');
  expect(outcomes.map(exitCodeOf)).toEqual([EXIT.ok, EXIT.wrong]);
  expect(outcomes.map(({ errors }) => errors.map(({ code }) => code))).toEqual([[], ['KEY_MISSING']]);
  const [text] = explanations(outcomes);
  expect(text).toMatch(/^Error {4}KEY_MISSING\nDomain {3}example\.org\n/);
  expect(text!.replace(/\s+/g, ' ')).toContain(
    'restores the object: aws s3api delete-object --bucket keys --key dkim-certificates/example.org/s1/private_key.pem --version-id',
  );
});

test.each<[string, ...Parameters<typeof ended>]>([
  ['an entry that the deploy has changed, and proved', 'done'],
  ['an entry whose key is there', 'unchanged', [OLD]],
  ['an entry whose function cannot be asked', 'unchanged', NOT_ASKED],
])('adds nothing to %s', (_, ...of) => {
  const outcomes = ended(...of);
  expect(outcomes.flatMap(({ errors }) => errors)).toEqual([]);
  expect(outcomes.map(exitCodeOf)).toEqual([EXIT.ok, EXIT.ok]);
});
