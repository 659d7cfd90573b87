import type { Deployment } from '../../../cli/deploy/deployment';
import { withMissingKeys } from '../../../cli/deploy/missing-keys';
import { exitCodeOf, outcome } from '../../../cli/deploy/outcome';
import { explanations } from '../../../cli/deploy/report';
import { CliError } from '../../../cli/errors/cli-error';
import { EXIT } from '../../../cli/facts/exit-codes';
import type { Ended } from '../../../cli/facts/outcomes';
import { finding } from '../../../handlers/audit/findings/finding';
import type { KnownDomain } from '../../../handlers/audit/status';
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
/** An answer for each entry before the plans. */
const answered = (...answers: (Partial<KnownDomain> | CliError)[]) =>
  new Map(answers.map((each, at) => [STACKS[at]!, each as KnownDomain | CliError]));

/** Ends two entries; the function says of the second one what it has found. */
async function ended(
  end: Ended,
  { action = 'deploy', findings = [GONE, OLD], fails = false, known = answered() } = {},
) {
  const asked: unknown[] = [];
  const invoke = async (_: unknown, payload: unknown) => {
    asked.push(payload);
    if (fails) throw new Error('it broke');
    return { payload: { statusCode: 200, domains: [{ findings: [] }, { findings }] } };
  };
  const { signal } = new AbortController();
  const deployment = {
    cli: { world: { invoke, signal } },
    list: LIST,
    signal,
    action,
  } as unknown as Deployment;
  const outcomes = STACKS.map((stack) => outcome(stack, end, { code: 'NO_CHANGES', facts: {} }));
  return { outcomes: await withMissingKeys(deployment, outcomes, known), asked };
}

test('reports an unchanged entry whose key is gone with the way to restore it, and exits with 3', async () => {
  const { outcomes, asked } = await ended('unchanged');
  expect(asked).toHaveLength(1);
  expect(outcomes.map(exitCodeOf)).toEqual([EXIT.ok, EXIT.wrong]);
  expect(outcomes.map(({ errors }) => errors.map(({ code }) => code))).toEqual([[], ['KEY_MISSING']]);
  const [text] = explanations(outcomes);
  expect(text).toMatch(/^Error {4}KEY_MISSING\nDomain {3}example\.org\n/);
  expect(text!.replace(/\s+/g, ' ')).toContain(
    'restores the object: aws s3api delete-object --bucket keys --key dkim-certificates/example.org/s1/private_key.pem --version-id',
  );
});

test('an entry is not asked about again if its answer decided that it is planned', async () => {
  const { outcomes, asked } = await ended('unchanged', {
    known: answered({ findings: [] }, { findings: [GONE] as never }),
  });
  expect(asked).toHaveLength(0);
  expect(outcomes.map(exitCodeOf)).toEqual([EXIT.ok, EXIT.wrong]);
});

test('an entry is asked about again if its function did not answer before its plan', async () => {
  const { outcomes, asked } = await ended('unchanged', { known: answered(NOT_ASKED, NOT_ASKED) });
  expect(asked).toHaveLength(1);
  expect(outcomes.map(exitCodeOf)).toEqual([EXIT.ok, EXIT.wrong]);
});

test.each<[string, Ended, Parameters<typeof ended>[1], number]>([
  ['a diff, which changes nothing', 'unchanged', { action: 'diff' }, 0],
  ['an entry that the deploy has changed, and proved', 'done', {}, 0],
  ['an entry whose key is there', 'unchanged', { findings: [OLD] }, 1],
  ['an entry whose function cannot be asked', 'unchanged', { fails: true }, 1],
])('adds nothing to %s', async (_, end, options, calls) => {
  const { outcomes, asked } = await ended(end, options);
  expect(asked).toHaveLength(calls);
  expect(outcomes.flatMap(({ errors }) => errors)).toEqual([]);
  expect(outcomes.map(exitCodeOf)).toEqual([EXIT.ok, EXIT.ok]);
});
