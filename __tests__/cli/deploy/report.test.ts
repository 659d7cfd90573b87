import { afterApply, afterPlan, type Context, exitCodeOf, notBegun } from '../../../cli/deploy/outcome';
import { counts, errorBlock, explanations, meaningOfPlan, outcomeAsData } from '../../../cli/deploy/report';
import type { AppliedState } from '../../../cli/engine/applied-state';
import { type EngineEnd, endOf } from '../../../cli/engine/engine';
import { UNLESS_ADOPTED } from '../../../cli/words/deploy';
import type { Ended, Outcome, Reason } from '../../../cli/words/outcomes';
import { waitAt } from '../../../cli/words/outcomes';
import { adviceOf } from '../../../handlers/words/errors';
import { BEFORE_A_PUT } from '../../../handlers/words/unsigned-mail';
import { parseDomainList } from '../../../list/read-list';

const signal = new AbortController().signal;
const listOf = (control = '') =>
  parseDomainList(
    `${control}defaults: { region: us-east-1 }\ndomains: { example.com: { selector: s2 } }\n`,
    'domains.yaml',
  );
const LIST = listOf();
const CONTEXT: Context = { action: 'deploy', signal, list: LIST, states: new Map() };
const end = (exitCode: number, output: string, more: object = {}) => ({
  ...endOf(exitCode, []),
  output,
  ...more,
});
const run = (stack: string, exitCode: number, output: string, isInterrupted = false): Outcome =>
  afterApply(stack, end(exitCode, output), {
    ...CONTEXT,
    ...(isInterrupted && { signal: AbortSignal.abort() }),
  });
const thrown = (errorType: string, errorMessage: string): string =>
  `Error: invoking Lambda Function (f): ${JSON.stringify({ errorType, errorMessage })}`;

const ADDED = { counts: { add: 5, change: 0, remove: 0 } };
const DONE = afterApply('a.test', end(0, '', ADDED), CONTEXT);
const WAITING = afterApply('w.test', end(0, '', { ...ADDED, verified: false }), CONTEXT);
const REFUSED = run('b.test', 1, thrown('DNS_TXT_NOT_READY', 'There is no record yet.'));
const LOCKED = 'Error acquiring the state lock';
const LOCK = 'Lock Info:\n  ID: 7';
const FAILED = afterApply(
  'c.test',
  end(1, `Error: ${LOCKED}\n\n${LOCK}`, { errors: [{ summary: LOCKED, detail: LOCK }] }),
  CONTEXT,
);
const DELETED = [{ address: 'aws_sesv2_email_identity.I_1A2B3C4D', action: 'delete' }];

describe('the end of a stack', () => {
  const counted = { add: 5, change: 0, remove: 0 };
  const none = { add: 0, change: 0, remove: 0 };
  const protectedBucket =
    'Error: Instance cannot be destroyed\n\nResource aws_s3_bucket.Byodkim_KeyStore_Bucket_1A2B3C4D[0] has lifecycle.prevent_destroy set';
  const signedOut = '\nError: No valid credential sources found\n\nSee there.';
  const pending = thrown('VERIFICATION_PENDING', 'SES is set.');
  const needs: Reason = { code: 'NEEDS', facts: { stack: 'control' } };
  const error = (code: string): Reason => ({ code: 'ERROR', facts: { error: code } });
  const message = 'No valid credential sources found\n\nSee there.';

  it.each<[Ended, Reason, number, Outcome]>([
    ['done', { code: 'APPLIED', facts: { ...counted, isVerified: false } }, 0, DONE],
    ['waiting', { code: 'APPLIED', facts: { ...counted, isVerified: false } }, 2, WAITING],
    ['waiting', { code: 'VERIFICATION_REQUIRED', facts: {} }, 2, run('a', 1, pending)],
    ['unchanged', { code: 'NO_CHANGES', facts: {} }, 0, afterPlan('a', end(0, ''), CONTEXT)],
    ['planned', { code: 'CHANGES_PLANNED', facts: counted }, 0, afterPlan('a', end(2, '', ADDED), CONTEXT)],
    ['planned', { code: 'CHANGES_PLANNED', facts: none }, 0, afterPlan('a', end(2, ''), CONTEXT)],
    ['refused', error('IDENTITY_PROTECTED'), 3, afterPlan('a', end(2, '', { changes: DELETED }), CONTEXT)],
    ['refused', error('KEY_STORE_PROTECTED'), 3, afterPlan('a', end(1, protectedBucket), CONTEXT)],
    ['refused', error('DNS_TXT_NOT_READY'), 2, REFUSED],
    ['failed', { code: 'ENGINE_FAILED', facts: { message, exitCode: 1 } }, 1, run('c', 1, signedOut)],
    ['interrupted', { code: 'INTERRUPTED', facts: {} }, 130, run('c', 1, 'Interrupt received.', true)],
    ['not-begun', needs, 1, notBegun('d', needs)],
    ['not-begun', needs, 2, notBegun('b.test', needs, REFUSED)],
  ])('is %s, %j, exit code %i', (ended, reason, exitCode, outcome) => {
    expect([outcome.ended, outcome.reason, exitCodeOf(outcome)]).toEqual([ended, reason, exitCode]);
  });
});

describe('an engine that has failed', () => {
  const errorsOf = (failed: Partial<EngineEnd>, list = LIST) =>
    afterApply('c', { ...end(1, ''), ...failed }, { ...CONTEXT, list }).errors;

  it('is reported as killed, regardless of its output', () => {
    const [error] = errorsOf({ output: 'Terraform 1.11.4', killedBy: 'SIGKILL' });
    expect(error).toMatchObject({ code: 'ENGINE_KILLED', message: expect.stringContaining('SIGKILL') });
  });

  it('has found existing objects: the advice imports each by its name in AWS', () => {
    const met = (summary: string, address: string) => ({ summary, address });
    const exists = 'https response error StatusCode: 409, ResourceConflictException: Alias already exists';
    const errors = [
      met(
        `creating IAM Role (ses-byodkim): operation error IAM: CreateRole, EntityAlreadyExists: x`,
        'r.role',
      ),
      met(`creating Lambda Alias (watch): operation error Lambda: CreateAlias, ${exists}`, 'r.alias'),
      met(
        'adding Lambda Permission (dkim/changed): operation error Lambda: AddPermission, The statement id (changed) provided already exists.',
        'r.permission',
      ),
      met('creating S3 Bucket (keys): operation error S3: CreateBucket, AccessDenied', 'r.bucket'),
    ];
    const output = errors.map(({ summary }) => summary).join('\n');
    const [error] = errorsOf({ output, errors }, listOf('control: { functionName: dkim }\n'));
    expect(error?.code).toBe('EXISTS_ELSEWHERE');
    expect(error?.advice?.match(/`import .*?`/g)).toEqual([
      '`import r.role ses-byodkim`',
      '`import r.alias dkim/watch`',
      '`import r.permission dkim:watch/changed`',
    ]);
  });

  it.each([
    [
      'first, after a deploy that was cut off',
      { resources: ['aws_sns_topic.t'] },
      /^The last deploy .* `import r\.role /,
    ],
    [
      'last, after a deploy that was completed',
      { resources: ['aws_sns_topic.t'], hash: 'h' },
      /^An object .* exists already/,
    ],
    ['last, before the first deploy', undefined, /^An object .* exists already/],
  ])('has found an existing object: the advice has the import %s', (_, before, begins) => {
    const summary =
      'creating IAM Role (ses-byodkim): operation error IAM: CreateRole, EntityAlreadyExists: x';
    const states = new Map(
      before && [['c', { tainted: [], isWhole: true, writtenAt: 0, ...before } satisfies AppliedState]],
    );
    const failed = { ...end(1, summary), errors: [{ summary, address: 'r.role' }] };
    const [error] = afterApply('c', failed, { ...CONTEXT, states }).errors;
    expect(error?.advice).toMatch(begins);
    expect(error?.advice).toContain('`import r.role ses-byodkim`');
  });

  it('lacks permissions of its own in Route 53 if the list names no role', () => {
    const output =
      'reading Route 53 Hosted Zone (Z1): operation error Route 53: GetHostedZone, https response error StatusCode: 403';
    const role = 'provider: { assumeRoleArn: "arn:aws:iam::123456789012:role/deploy" }\n';
    expect(errorsOf({ output })).toMatchObject([{ code: 'ENGINE_FAILED' }]);
    expect(errorsOf({ output }, listOf(role))).toMatchObject([{ code: 'ROLE_LOST' }]);
  });
});

it('plans a diff that has stopped only at objects which a deploy untaints', () => {
  const address = 'aws_s3_bucket.Byodkim_KeyStore_Bucket_1A2B3C4D';
  const prevented = 'Instance cannot be destroyed';
  const errors = (...summaries: string[]) => ({ errors: summaries.map((summary) => ({ summary })) });
  const diff = (...summaries: string[]) =>
    afterPlan(
      'a',
      end(1, `Resource ${address} has lifecycle.prevent_destroy set`, errors(...summaries)),
      { ...CONTEXT, action: 'diff' },
      [address],
    );
  expect(diff(prevented)).toMatchObject({
    ended: 'planned',
    hints: [{ code: 'TAINTED', facts: { addresses: [address] } }],
  });
  expect(diff(prevented, 'another error').ended).toBe('failed');
});

it('advises on a change that an interrupt has left unconfirmed', () => {
  const { hints } = run('c', 1, 'aws_lambda_invocation.I_Signing_1A2B3C4D: Creation complete after 2s', true);
  expect(hints).toEqual([{ code: 'ADVICE', facts: { error: 'SES_CHANGED' } }]);
});

it('prints the topics of all control stacks in one table', () => {
  const topicOf = (region: string) => ({
    ...{ region, topic: 'audit', arn: `arn:aws:sns:${region}:111122223333:f-audit`, readers: 'none' },
    ...{ pending: 0, unconfirmed: [], unlisted: [] },
  });
  const outcomes = ['eu-west-1', 'us-east-1'].map((region) => ({
    ...DONE,
    hints: [{ code: 'UNREAD_TOPIC', facts: topicOf(region) }],
  }));
  const text = explanations(outcomes as unknown as Outcome[]).join('\n');
  expect(text.match(/nobody: nobody hears/g)).toHaveLength(2);
  expect(text.match(/aws sns subscribe/g)).toHaveLength(1);
});

it('advises a drill, and topics if there are none, after the first deploy of a control stack alone', () => {
  const applied = (address: string, list = LIST) =>
    afterApply('c', end(0, `${address}: Creation complete after 8s`), { ...CONTEXT, list }).hints.map(
      ({ code }) => code,
    );
  const made = 'aws_lambda_function.Byodkim_Function_1A2B3C4D';
  for (const control of ['', 'control: { topics: {} }\n'])
    expect(applied(made, listOf(control))).toEqual(['NEW_CONTROL', 'NO_TOPICS']);
  expect(applied(made, listOf('control: { topics: { result: create } }\n'))).toEqual(['NEW_CONTROL']);
  expect(applied('aws_lambda_invocation.x')).toEqual([]);
});

const textOf = (outcomes: readonly Outcome[]): string => explanations(outcomes).join('\n\n');

describe('the end of a run', () => {
  it('counts stacks by how they ended', () => {
    expect(counts([DONE, WAITING, REFUSED, FAILED])).toBe('1 done, 1 waits for SES, 1 refused, 1 failed.');
    expect(counts([WAITING, WAITING])).toBe('2 wait for SES.');
  });

  it('has codes, facts and sentences for scripts', () => {
    expect(outcomeAsData(FAILED)).toMatchObject({
      ended: 'failed',
      code: 'ENGINE_FAILED',
      facts: { exitCode: 1 },
      text: LOCKED,
      exitCode: 1,
      errors: [{ code: 'STATE_LOCKED', facts: {} }],
      hints: [],
    });
    const needs: Reason = { code: 'NEEDS', facts: { stack: 'b.test' } };
    expect(outcomeAsData(notBegun('d', needs, REFUSED))).toMatchObject({ because: 'b.test', exitCode: 2 });
  });

  it('prints each entry with an error that has a code, then the part that they have in common', () => {
    const other = run('d.test', 1, thrown('DNS_TXT_NOT_READY', 'There is none here either.'));
    const labels = textOf([REFUSED, other])
      .split('\n')
      .flatMap((line) => /^\S+(?: \S+)?/.exec(line) ?? []);
    expect(labels).toEqual([
      'Error',
      'Domain',
      'Reason',
      'Domain',
      'Reason',
      'SES now',
      'Who',
      'To do',
      'Check',
    ]);
  });

  it('prints an error of the engine once, as a block, with advice', () => {
    expect(textOf([FAILED]).split('\n').slice(0, 5)).toEqual([
      'Error    STATE_LOCKED',
      'Domain   c.test',
      `Reason   ${LOCKED}`,
      '         Lock Info:',
      '           ID: 7',
    ]);
    expect(textOf([FAILED])).toMatch(/^To do {4}Another run works on this stack/m);
  });

  it('prints each error’s own advice, with its domain', () => {
    const advised = (stack: string) => {
      const payload = {
        errorType: 'DNS_TXT_NOT_READY',
        errorMessage: 'No record.',
        trace: ['-', `To do: Publish ${stack}.`],
      };
      return run(stack, 1, `Error: ${JSON.stringify(payload)}`);
    };
    const text = textOf([advised('b.test'), advised('d.test')]);
    expect(text.match(/^To do .*/gm)).toEqual(['To do    Publish b.test.', 'To do    Publish d.test.']);
    expect(text.match(/^SES now /gm)).toHaveLength(1);
  });

  it('ends with the domains that SES has not verified yet', () => {
    expect(textOf([DONE, WAITING])).toMatch(/^w\.test: SES has not verified it yet; .*`byodkim status`\.$/);
  });
});

const COMMAND =
  `aws sesv2 get-email-identity --email-identity example.com ${'--query DkimAttributes '.repeat(9)}`.trim();

describe('an error in print', () => {
  it('gives the advice once: the error’s own, and where to look', () => {
    const error = { code: 'DNS_TXT_NOT_READY', message: 'There is no record yet.', advice: 'Publish it.' };
    const block = errorBlock([{ error, stack: 'example.com' }]);
    expect(block.split('\n').slice(-2)).toEqual([
      'To do    Publish it.',
      'Check    byodkim record example.com && byodkim check example.com --wait 3600',
    ]);
    expect(block.match(/Publish/g)).toHaveLength(1);
  });

  it('breaks long sentences', () => {
    const block = errorBlock([{ error: { code: 'DNS_TXT_NOT_READY', message: 'words and '.repeat(40) } }]);
    expect(Math.max(...block.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(96);
  });

  it('leaves commands in one piece, so that they can be copied', () => {
    const block = errorBlock([
      { error: { code: 'ROLLBACK_FAILED', message: `To mend it by hand:\n  ${COMMAND}` } },
    ]);
    expect(block).toContain(COMMAND);
  });

  it('leaves a command within a sentence in one piece', () => {
    const facts = { selector: 's1', place: 's3://keys/dkim-certificates/example.com/s1/private_key.pem' };
    const advice = adviceOf('KEY_MISSING', { ...facts, isKept: true });
    const [command] = /aws s3api delete-object .*"/.exec(advice)!;
    expect(errorBlock([{ error: { code: 'KEY_MISSING', message: 'It is gone.', advice } }])).toContain(
      command,
    );
  });

  it('shows an unknown code without advice', () => {
    expect(
      errorBlock([{ error: { code: 'Sandbox.Timedout', message: 'Task timed out' } }]).split('\n'),
    ).toHaveLength(2);
  });
});

describe('a plan, before it is approved', () => {
  const SIGNING = 'aws_lambda_invocation.Identity_Signing_1A2B3C4D';
  const BASELINE = 'aws_lambda_invocation.Identity_Baseline_1A2B3C4D';
  const POLICY = 'aws_sesv2_email_identity_policy.Identity_Senders_1A2B3C4D';
  const meaning = (action: Context['action'], before: string | undefined, ...addresses: string[]) => {
    const recordName = before && `${before}._domainkey.example.com`;
    const states = new Map([['example.com', { recordName } as never]]);
    const changes = addresses.map((address) => ({ address, action: 'update' }));
    return meaningOfPlan({ action, list: LIST, states }, 'example.com', changes);
  };

  it.each<[string, string]>([
    [meaning('deploy', undefined, SIGNING), 'an identity is made and signs with selector s2'],
    [meaning('deploy', 's1', SIGNING), `rotates from s1 to s2\n  ${BEFORE_A_PUT} ${UNLESS_ADOPTED}`],
    [
      meaning('deploy', 's2', SIGNING),
      `signing is set again, with selector s2\n  ${BEFORE_A_PUT} ${UNLESS_ADOPTED}`,
    ],
    [meaning('deploy', 's2', POLICY), `the signing state stays\n  update ${POLICY}`],
    [meaning('destroy', 's2', SIGNING), expect.stringContaining('SES then refuses mail')],
  ])('reports %s', (text, expected) => {
    expect(text.replace('example.com: ', '')).toEqual(expected);
  });

  it.each([
    ['existing', 'deploy', SIGNING, 'create', true],
    ['import', 'deploy', SIGNING, 'create', true],
    ['managed', 'deploy', SIGNING, 'create', false],
    ['existing', 'deploy', BASELINE, 'create', false],
    ['existing', 'destroy', BASELINE, 'delete', true],
    ['managed', 'destroy', BASELINE, 'delete', false],
  ] as const)(
    'of an identity that is %s: %s, %s, %s warns of its mail: %s',
    (identity, action, address, to, warns) => {
      const entry = `example.com: { selector: s2, identity: ${identity} }`;
      const list = parseDomainList(
        `defaults: { region: us-east-1 }\ndomains: { ${entry} }\n`,
        'domains.yaml',
      );
      const changes = [{ address, action: to }];
      const text = meaningOfPlan({ action, list, states: new Map() }, 'example.com', changes);
      expect(text.includes(BEFORE_A_PUT)).toBe(warns);
      // A plan does not show whether SES has the key already; a destroy restores another state.
      expect(text.includes(UNLESS_ADOPTED)).toBe(warns && action === 'deploy');
    },
  );

  it('warns before a destroy that a record which the stack publishes will be removed with it', () => {
    const record = '{ selector: s2, createKey: true, record: { hostedZoneId: Z0123456789ABCDEFGHIJ } }';
    const list = parseDomainList(
      `defaults: { region: us-east-1 }\ndomains: { example.com: ${record} }\n`,
      'domains.yaml',
    );
    const text = meaningOfPlan({ action: 'destroy', list, states: new Map() }, 'example.com', []);
    expect(text).toContain('its record goes with the stack');
    expect(text).toContain('`byodkim record example.com` prints it now');
    expect(meaning('destroy', 's2', SIGNING)).not.toContain('goes with the stack');
  });
});

it.each(['DnsGate', 'Signing', 'Confirmation'])('gives the reason of a wait for %s', (what) => {
  expect(waitAt(`aws_lambda_invocation.Identity_${what}_1A2B3C4D`)).toMatch(/waits for/);
  expect(waitAt('aws_lambda_function.Byodkim_Handler_Function_1A2B3C4D')).toBeUndefined();
});
