import { recordName } from '../../handlers/contract/contract';
import { makeBucket } from '../../packages/sandbox/__tests__/use-sandbox';
import type { EventsService } from '../../packages/sandbox/aws/services/events';
import type { PolicyStatement } from '../../packages/sandbox/contract/service';
import { ADMIN, BUCKET, Deployment, failed, passed } from '../support/deployment';
import { other, whileOtherFails } from '../support/failing-resource';
import { actionsOf, callsOf, granted, unused, used } from '../support/permissions';

const REGION = 'ap-northeast-1';
const ROLE = `ses-byodkim-${REGION}`;
const SCHEDULER_ROLE = `${ROLE}-scheduler`;
const FUNCTION_ARN = `arn:aws:lambda:${REGION}:123456789012:function:ses-byodkim`;
const ELSEWHERE = 'other-team';
const CONTROL = {
  keyStore: {
    bucket: BUCKET,
    protect: false,
    writers: [ADMIN],
    kmsKeyArn: `arn:aws:kms:${REGION}:123456789012:key/3e2f7a52-0000-4000-8000-000000000000`,
    alsoRead: [`${ELSEWHERE}/mail/`],
  },
  topics: { dns: 'create', result: 'create', audit: 'create' },
};

let deployment: Deployment;

beforeAll(async () => {
  deployment = await Deployment.start({}, CONTROL);
  await passed(deployment.deployControl());
  await makeBucket(deployment.sandbox, ELSEWHERE);
  const versioned = { Bucket: ELSEWHERE, VersioningConfiguration: { Status: 'Enabled' } };
  await deployment.sandbox.call('s3', 'PutBucketVersioning', versioned);
});
afterAll(() => deployment.close());

const published = async (domain: string, selector: string): Promise<void> => {
  const { record } = await deployment.invoke({ action: 'record', domain, selector });
  deployment.dns.setTxt(recordName(domain, selector), record.value);
};

/** Everything that the function is there for, once. */
async function exercise(): Promise<void> {
  const domain = 'example.com';
  const s1 = { selector: 's1', createKey: true };
  const s2 = { selector: 's2', createKey: true };

  // A key is made and the DNS team told, then it is applied.
  await failed(deployment.deploy(domain, s1, other('1')));
  await published(domain, 's1');
  await passed(deployment.deploy(domain, s1, other('1')));

  // Keys in another bucket, next to their DNS information, in folders.
  const key = deployment.keyOf('s1');
  const settingsOf: Record<string, object> = {};
  for (const [name, Bucket, folder] of [
    ['elsewhere.example.com', ELSEWHERE, 'mail/'],
    ['beside.example.com', BUCKET, 'dkim-certificates/beside/'],
  ] as const) {
    const put = (Key: string, text: string) =>
      deployment.sandbox.call('s3', 'PutObject', { Bucket, Key, Body: Buffer.from(text) });
    await put(`${folder}key.pem`, key.privateKey);
    await put(`${folder}record.json`, '{}');
    for (const selector of ['s1', 's2']) deployment.publish(name, selector, key);
    settingsOf[name] = { keyStore: { bucket: Bucket, privateKey: `${folder}key.pem`, dnsRecords: folder } };
    await passed(deployment.deploy(name, { selector: 's1', ...settingsOf[name] }));
  }

  // Both are rotated in stacks that fail, and reverted.
  const moved = { selector: 's2', ...settingsOf['elsewhere.example.com'] };
  await failed(deployment.deploy(domain, s2, other('2')));
  await published(domain, 's2');
  await whileOtherFails(deployment, async () => {
    await failed(deployment.deploy(domain, s2, other('2')));
    await failed(deployment.deploy('elsewhere.example.com', moved, other('2')));
  });
  await deployment.expire();
  await passed(deployment.deploy(domain, s2, other('2')));

  // An identity whose signing is off, and a direct call.
  await deployment.ready('off.example.com', 's1');
  await deployment.createIdentity('off.example.com');
  const off = { EmailIdentity: 'off.example.com', SigningEnabled: false };
  await deployment.sandbox.call('ses', 'PutEmailIdentityDkimAttributes', off);
  const call = { action: 'update_ses_byodkim_automated', domain: 'off.example.com', selector: 's1' };
  expect(await deployment.invoke(call)).toMatchObject({
    statusCode: 200,
    message: 'SES BYODKIM update completed successfully',
    final_dkim_status: 'SUCCESS',
    signing_origin: 'EXTERNAL',
    automation_type: 'lambda_extension',
    notice: { sent: true },
  });

  // A platform adds a domain, and removes it.
  const platform = { domain: 'platform.example.com' };
  const added = { action: 'add', ...platform, ...s1, notifyDnsTeam: false };
  expect(await deployment.invoke(added)).toMatchObject({ identity: 'created' });
  expect(await deployment.invoke({ action: 'remove', ...platform })).toMatchObject({ identity: 'deleted' });

  // A person tests the rollback.
  await deployment.invoke({ action: 'test_notices' });
  await deployment.invoke({ action: 'topics' });
  const { drill } = await deployment.invoke({ action: 'drill' });
  await deployment.sandbox.clock.advance(5 * 60_000);
  const drilled = await deployment.invoke({ action: 'drill', drill: drill.drill });
  expect(drilled.drill.firedAt).toEqual(expect.any(String));

  // The daily audit finds something; Lambda delivers its next leg twice.
  deployment.dns.removeTxt(recordName('off.example.com', 's1'));
  await deployment.sandbox.clock.advance(24 * 3_600_000);
  expect(deployment.notices('audit').at(-1)!.subject).toMatch(/^DKIM audit: URGENT: .*off\.example\.com/);
  const [report] = await deployment.objects('byodkim-audit/');
  await deployment.invoke({ action: 'audit', continues: { report, leg: 2 } });

  await passed(deployment.destroy(domain, s2, other('2')));
}

describe('the role of the function', () => {
  beforeAll(exercise);

  it('is granted exactly the actions that the function uses', () => {
    expect(actionsOf(granted(deployment, ROLE))).toEqual(actionsOf(used(deployment, ROLE)));
  });

  it('is granted no resource and no condition that the function does not use', () => {
    expect(unused(granted(deployment, ROLE), used(deployment, ROLE))).toEqual([]);
  });

  it('would reveal an unused permission', () => {
    const [read] = granted(deployment, ROLE);
    const extra = { ...read!, Sid: 'Extra', Action: ['ses:GetEmailIdentity', 'ses:SendEmail'] };
    const wrongTag = {
      ...extra,
      Condition: { StringEquals: { 'aws:ResourceTag/byodkim': ['managed', 'other'] } },
    };
    expect(unused([extra], used(deployment, ROLE))).toEqual([`Extra ses:SendEmail ${read!.Resource}`]);
    expect(unused([wrongTag], used(deployment, ROLE)).map((part) => part.replace(/arn:\S+ /, ''))).toEqual([
      'Extra ses:GetEmailIdentity {"StringEquals":{"aws:ResourceTag/byodkim":"other"}}',
      'Extra ses:SendEmail {"StringEquals":{"aws:ResourceTag/byodkim":"managed"}}',
      'Extra ses:SendEmail {"StringEquals":{"aws:ResourceTag/byodkim":"other"}}',
    ]);
  });

  it('suffices to check a domain whose key lies in another bucket', async () => {
    const domain = 'elsewhere.example.com';
    const domains: any[] = [];
    for (const key of await deployment.objects('byodkim-audit/'))
      domains.push(...(JSON.parse((await deployment.read(key))!).domains ?? []));
    expect(domains.find((each: any) => each.domain === domain)).toMatchObject({
      severity: null,
      findings: [],
    });
    expect((await deployment.invoke({ action: 'status', domain })).keyCreatedAt).not.toBeNull();
  });

  it('was checked at every call, and refused none', () => {
    const calls = callsOf(deployment, ROLE);
    expect(calls.length).toBeGreaterThan(200);
    const shown = calls.map(({ operation, resource, outcome, actions }) => ({
      call: `${operation} ${resource}`,
      asked: actions.length > 0,
      refused: outcome.includes('AccessDenied'),
    }));
    expect(shown.filter(({ asked, refused }) => !asked || refused)).toEqual([]);
  });
});

describe('the role of the schedules', () => {
  it('may invoke the function, without its versions and aliases, and uses that permission', () => {
    const statements = granted(deployment, SCHEDULER_ROLE);
    expect(actionsOf(statements)).toEqual(['lambda:InvokeFunction']);
    expect(unused(statements, used(deployment, SCHEDULER_ROLE))).toEqual([]);
    expect(actionsOf(used(deployment, SCHEDULER_ROLE))).toEqual(['lambda:InvokeFunction']);
  });
});

describe('a missing permission', () => {
  const policyName = ROLE;
  const put = (Statement: readonly PolicyStatement[]) =>
    deployment.sandbox.call('iam', 'PutRolePolicy', {
      RoleName: ROLE,
      PolicyName: policyName,
      PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement }),
    });
  const ready = async (domain: string, tagged = true): Promise<object> => {
    await deployment.ready(domain, 's1');
    if (tagged) await deployment.createIdentity(domain);
    else await deployment.sandbox.call('ses', 'CreateEmailIdentity', { EmailIdentity: domain });
    return { action: 'update_ses_byodkim_automated', domain, selector: 's1' };
  };
  /** Calls directly while a statement is missing. */
  const callWithout = async (sid: string, domain: string): Promise<any> => {
    const event = await ready(domain);
    const whole = granted(deployment, ROLE);
    await put(whole.filter(({ Sid }) => Sid !== sid));
    try {
      return await deployment.invoke(event);
    } finally {
      await put(whole);
    }
  };

  it.each([
    ['ReadKeysAndRecords', 's3:GetObject on s3://byodkim-keys/dkim-certificates/DOMAIN/s1/private_key.pem'],
    [
      'UseKeyStoreKey',
      's3:GetObject on s3://byodkim-keys/dkim-certificates/DOMAIN/s1/private_key.pem: .*kms:Decrypt',
    ],
    ['ArmAndDisarm', 'scheduler:CreateSchedule on schedule byodkim-DOMAIN'],
    ['GiveSchedulerItsRole', 'scheduler:CreateSchedule on schedule byodkim-DOMAIN.*iam:PassRole'],
    ['ChangeSigningState', 'ses:PutEmailIdentityDkimSigningAttributes on .*DOMAIN.*byodkim=managed'],
  ])('is reported for %s by action and resource, and SES is unchanged', async (sid, says) => {
    // A minute of asking again.
    deployment.shortenSleeps(0.005);
    const domain = `no-${[...sid]
      .filter((letter) => letter < 'a')
      .join('')
      .toLowerCase()}.example.com`;
    const answer = await callWithout(sid, domain);
    expect(answer).toMatchObject({ statusCode: 403, error: 'ACCESS_DENIED' });
    expect(`${answer.message} ${answer.advice}`).toMatch(
      new RegExp(`not allowed to call ${says.replaceAll('DOMAIN', domain)}`, 's'),
    );
    expect(await deployment.dkim(domain)).toMatchObject({ SigningAttributesOrigin: 'AWS_SES' });
    expect(deployment.armed(domain)).toEqual([]);
  });

  it('on an identity without our tag is refused before any change, with the tag’s name', async () => {
    const domain = 'untagged.example.com';
    await ready(domain, false);
    const output = await failed(deployment.deploy(domain, { selector: 's1', identity: 'existing' }));
    expect(output).toContain('ACCESS_DENIED');
    expect(output).toContain('byodkim=managed');
    expect(await deployment.dkim(domain)).toMatchObject({ SigningAttributesOrigin: 'AWS_SES' });
    expect(deployment.armed(domain)).toEqual([]);
  });
});

describe('a principal that may write targets of rules, and not invoke the function', () => {
  it('achieves nothing through the rule on changes by others except an audit', async () => {
    const { sandbox } = deployment;
    const domain = 'rule.example.com';
    await deployment.ready(domain, 's1');
    await passed(deployment.deploy(domain, { selector: 's1' }));
    const mallory = await deployment.as('events-writer', ['events:PutTargets', 'events:PutRule']);
    const { stack } = (await deployment.ledger(domain)).owner!;
    const undo = { resource: 'Baseline', id: stack, domain, tf: { action: 'delete' } };
    const arns = [FUNCTION_ARN, `${FUNCTION_ARN}:watch`];
    for (const [index, Arn] of arns.entries())
      await mallory('events', 'PutTargets', {
        Rule: 'ses-byodkim-changed',
        Targets: [{ Id: `own-${index}`, Arn, Input: JSON.stringify(undo) }],
      });
    const before = await deployment.dkim(domain);

    // Any change of any identity goes by the rule.
    await sandbox.call('ses', 'CreateEmailIdentity', { EmailIdentity: 'unrelated.example.org' });
    await sandbox.call('ses', 'DeleteEmailIdentity', { EmailIdentity: 'unrelated.example.org' });
    await sandbox.clock.advance(20 * 60_000);

    expect(await deployment.dkim(domain)).toEqual(before);
    expect((await deployment.ledger(domain)).history.map(({ event }) => event)).not.toContain('destroyed');
    const delivered = sandbox.service<EventsService>('events').deliveries();
    expect(delivered.find(({ targetId }) => targetId === 'own-0')?.error).toMatch(/no resource-based policy/);
    // What the alias has refused is told where every failure of the function is.
    const told = () =>
      deployment.notices('audit').map(({ subject = '', message }) => `${subject} ${message}`);
    expect(told()).toContainEqual(expect.stringContaining('NOT_ALLOWED'));

    const byHand = { EmailIdentity: domain, SigningAttributesOrigin: 'AWS_SES' };
    await sandbox.call('ses', 'PutEmailIdentityDkimSigningAttributes', byHand);
    await sandbox.clock.advance(20 * 60_000);
    expect(told()).toContainEqual(
      expect.stringMatching(/^DKIM audit: URGENT: 1 new \(rule\.example\.com\).*sandbox-admin/s),
    );
  });
});

describe('a domain at which the function’s process ends', () => {
  it('is named by the audit, which continues', async () => {
    const { sandbox } = deployment;
    const domain = 'rule.example.com';
    sandbox.faults.add({
      operation: 'ses:GetEmailIdentity',
      resourceIncludes: domain,
      kind: 'killBefore',
    });
    await sandbox.clock.advance(24 * 3_600_000);
    sandbox.faults.clear();
    const reports = await Promise.all(
      (await deployment.objects('byodkim-audit/2')).map((key) => deployment.read(key)),
    );
    const [careful] = reports.map((text) => JSON.parse(text!)).filter((report) => report.careful);
    expect(careful).toMatchObject({ complete: true, pending: [] });
    const killed = careful.domains.filter(({ findings }: any) =>
      findings.some(({ facts }: any) => facts.kind === 'killed'),
    );
    expect(killed.map((each: any) => each.domain)).toEqual([domain]);
    expect(deployment.notices('audit').at(-1)!.message).toContain(`byodkim check ${domain}`);
  });
});
