import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { makeRole } from '../../packages/sandbox/__tests__/lambda/deployment';
import type { Operation } from '../../packages/sandbox/contract/service';
import { ListDeployment } from '../support/list-deployment';
import { hostZone } from '../support/route53';

const DOMAIN = 'a.example.com';
const INTERRUPTED = 'b.example.com';
const ROLE = 'mailer';

/** Types that may be made once only. */
const TYPES = [
  'aws_iam_role_policy',
  'aws_route53_record',
  'aws_sesv2_email_identity',
  'aws_sesv2_email_identity_feedback_attributes',
  'aws_sesv2_email_identity_mail_from_attributes',
  'aws_sesv2_email_identity_policy',
];

/** The engine marks objects as tainted that were made and could not be read back, or whose create was interrupted. */
describe('a tainted object in a state', () => {
  let deployment: ListDeployment;
  let zoneId: string;
  let keptInControl: string[];
  const { parse } = JSON;
  const stateFile = (domain = DOMAIN) => path.join(deployment.stage.folder, 'state', `${domain}.tfstate`);
  const write = (selector: string) =>
    deployment.writeList(
      { [DOMAIN]: selector, [INTERRUPTED]: selector },
      { keyStore: { bucket: deployment.stage.bucket, protect: true } },
      {
        createKey: true,
        record: { hostedZoneId: zoneId, previousSelectors: selector === 's1' ? [] : ['s1'] },
        feedbackForwarding: true,
        mailFrom: { subdomain: 'bounce' },
        senders: { accounts: ['210987654321'] },
        sendEmailRoles: [ROLE],
      },
    );

  /** Deploys until it passes. @returns the types that were untainted on the way */
  async function deployed(domain = DOMAIN): Promise<string[]> {
    const untainted: string[] = [];
    for (let run = 1; run <= 6; run += 1) {
      const { exitCode, output } = await deployment.run('deploy', domain);
      const [, addresses = ''] = /^\S+ {2}untainted: (.*)/m.exec(output) ?? [];
      untainted.push(...[...addresses.matchAll(/(\w+)\.(?:Identity|Byodkim)_/g)].map(([, type]) => type!));
      if (exitCode === 0) return [...new Set(untainted)].sort();
    }
    throw new Error('no deploy has passed');
  }

  /** Returns the state of SES, IAM and the zone, without the selector. */
  async function found(EmailIdentity = DOMAIN) {
    const { sandbox } = deployment.stage;
    const identity = await sandbox.call('ses', 'GetEmailIdentity', { EmailIdentity });
    const { Policies } = await sandbox.call('ses', 'GetEmailIdentityPolicies', { EmailIdentity });
    const { PolicyNames } = await sandbox.call('iam', 'ListRolePolicies', { RoleName: ROLE });
    return {
      mailFrom: identity.MailFromAttributes?.MailFromDomain,
      forwarding: identity.FeedbackForwardingStatus,
      signs: identity.DkimAttributes.Tokens[0],
      senders: Object.keys(Policies),
      roles: PolicyNames.filter((name: string) => name.includes(EmailIdentity)).length,
    };
  }
  const whole = (signs: string, domain = DOMAIN) => ({
    mailFrom: `bounce.${domain}`,
    forwarding: true,
    signs,
    senders: ['byodkim-senders'],
    roles: 1,
  });

  beforeAll(async () => {
    deployment = await ListDeployment.start([DOMAIN, INTERRUPTED]);
    const { sandbox, dns } = deployment.stage;
    await makeRole(sandbox, ROLE, 'ec2.amazonaws.com');
    zoneId = await hostZone({ sandbox, dns } as never, 'example.com');
    write('s1');
    const reads = ['s3:GetBucketVersioning', 'lambda:GetFunction', 'scheduler:GetScheduleGroup'];
    for (const operation of reads) sandbox.faults.add({ operation, kind: 'deny', times: 1, admin: true });
    keptInControl = await deployed(deployment.control);
  });
  afterAll(() => deployment.close());

  it('is kept in a control stack, whose bucket, function and group are not replaced', () => {
    expect(keptInControl).toEqual(['aws_lambda_function', 'aws_s3_bucket', 'aws_scheduler_schedule_group']);
  });

  it('is kept if its read was refused', async () => {
    const { sandbox } = deployment.stage;
    const operations = sandbox.service('ses').operations as Record<string, Operation>;
    const { CreateEmailIdentity } = operations;
    operations.CreateEmailIdentity = {
      ...CreateEmailIdentity!,
      run: async (...call) => {
        const answer = await CreateEmailIdentity!.run(...call);
        sandbox.faults.add({ operation: 'ses:GetEmailIdentity', kind: 'deny', times: 1, admin: true });
        return answer;
      },
    };
    expect(await deployed()).toEqual(['aws_sesv2_email_identity']);
    operations.CreateEmailIdentity = CreateEmailIdentity!;
    expect(await found()).toEqual(whole('s1'));
  });

  it('is kept, whatever its type, and shown by a diff', async () => {
    const state = parse(readFileSync(stateFile(), 'utf8'));
    for (const { type, instances } of state.resources)
      if (TYPES.includes(type)) for (const each of instances) each.status = 'tainted';
    writeFileSync(stateFile(), JSON.stringify(state));
    write('s2');
    const diff = await deployment.run('diff', DOMAIN);
    expect(diff.output).toMatch(/A deploy untaints aws_\w+\.Identity_/);
    expect(diff.exitCode).toBe(0);
    expect(await deployed()).toEqual(TYPES);
    expect(await found()).toEqual(whole('s2'));
    expect((await deployment.run('deploy', DOMAIN)).output).toMatch(/^2 unchanged\.$/m);
  });

  it('is kept if the engine was interrupted as Route 53 accepted the record', async () => {
    write('s1');
    const operations = deployment.stage.sandbox.service('route53').operations as Record<string, Operation>;
    const { GetChange } = operations;
    const { child, ended, printed } = deployment.start('deploy', INTERRUPTED);
    operations.GetChange = {
      ...GetChange!,
      run: async (...call) => {
        child.kill('SIGINT');
        const answer = (await GetChange!.run(...call)) as { ChangeInfo: object };
        return { ChangeInfo: { ...answer.ChangeInfo, Status: 'PENDING' } };
      },
    };
    // A person who presses Ctrl-C until the prompt is back, also as the command prints its summary and exits.
    await printed(/interrupted: ended in order/);
    const impatience = setInterval(() => Array.from({ length: 20 }, () => child.kill('SIGINT')), 0);
    const { exitCode, output } = await ended;
    clearInterval(impatience);
    operations.GetChange = GetChange!;
    expect(output).toContain('Interrupted');
    expect(output).toMatch(/\b1 interrupted\./);
    expect(exitCode).toBe(130);
    const { resources } = parse(readFileSync(stateFile(INTERRUPTED), 'utf8'));
    expect(resources.filter(({ instances }: any) => instances[0]?.status === 'tainted')).toContainEqual(
      expect.objectContaining({ type: 'aws_route53_record' }),
    );
    expect(await deployed(INTERRUPTED)).toContain('aws_route53_record');
    expect(await found(INTERRUPTED)).toEqual(whole('s1', INTERRUPTED));
    expect((await deployment.run('deploy', INTERRUPTED)).output).toMatch(/^2 unchanged\.$/m);
  });
});
