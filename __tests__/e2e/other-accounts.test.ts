import { Route53Record } from '@cdktf/provider-aws/lib/route53-record';
import { Fn, type TerraformStack } from 'cdktf';
import { stringify } from 'yaml';
import { codesIn } from '../../cli/deploy/outcome';
import { ByodkimIdentity, DkimKey, DkimRecord } from '../../constructs';
import type { Principal } from '../../packages/sandbox/contract/service';
import { Deployment, passed } from '../support/deployment';
import { mailOf } from '../support/mail';
import { Person, roleOf } from '../support/people';
import { hostZone, recordSets } from '../support/route53';
import type { StackSettings } from '../support/workplace';

const DOMAIN = 'example.com';
const OTHER = 'example.org';
const own = (selector: string) => ({
  SigningAttributesOrigin: 'EXTERNAL',
  SigningEnabled: true,
  Status: 'SUCCESS',
  Tokens: [selector],
});

let deployment: Deployment;
let zoneId: string;
beforeAll(async () => {
  deployment = await Deployment.start();
  deployment.shortenSleeps(0.005);
  zoneId = await hostZone(deployment, DOMAIN);
  await passed(deployment.deployControl());
});
afterAll(() => deployment.close());

/** Records of the zone, as `name TYPE`. */
const records = async () =>
  (await recordSets(deployment, zoneId)).map(({ Name, Type }) => `${Name} ${Type}`).sort();

describe('records that the user’s resources publish', () => {
  /** Stands for another vendor's provider: a resource of the user's own. */
  const extend = (stack: TerraformStack): void => {
    new ByodkimIdentity(stack, 'Elsewhere', {
      domain: DOMAIN,
      selector: 'p1',
      region: 'ap-northeast-1',
      key: DkimKey.created(),
      mailFrom: { subdomain: 'bounce' },
      gate: { waitSeconds: 60, nameservers: [deployment.dns.address], resolvers: [] },
      record: DkimRecord.published(
        ({ type, name, value, selector }) =>
          new Route53Record(stack, `${type}-${selector ?? 'mail-from'}`, {
            zoneId,
            type,
            name,
            ttl: 300,
            records: [selector ? Fn.replace(value, '/(.{255})/', Fn.rawString('$1""')) : value],
          }),
      ),
    });
  };

  it('are published before the gate, and removed with the stack', async () => {
    await deployment.ready(OTHER, 's1');
    await passed(deployment.deploy(OTHER, { selector: 's1' }, extend));
    expect(await deployment.dkim(DOMAIN)).toMatchObject(own('p1'));
    expect(await records()).toEqual([
      `bounce.${DOMAIN}. MX`,
      `bounce.${DOMAIN}. TXT`,
      `p1._domainkey.${DOMAIN}. TXT`,
    ]);
    await passed(deployment.plan(OTHER, { selector: 's1' }, extend));
    await passed(deployment.destroy(OTHER, { selector: 's1' }, extend));
    expect(await deployment.dkim(DOMAIN)).toBeNull();
    expect(await records()).toEqual([]);
  });
});

describe('a zone that a role in another account publishes', () => {
  const settings = (selector: string, previousSelectors?: readonly string[]): StackSettings => ({
    selector,
    createKey: true,
    mailFrom: { subdomain: 'bounce' },
    gate: { waitSeconds: 60 },
    record: {
      hostedZoneId: zoneId,
      roleArn: `arn:aws:iam::${deployment.sandbox.accountId}:role/${roleOf('zone')}`,
      ...(previousSelectors && { previousSelectors }),
    },
  });

  it('is published only by that role, and can be given up when that role is gone, while SES rolls back', async () => {
    const { sandbox } = deployment;
    const list = stringify({ ...deployment.list, domains: { [DOMAIN]: settings('s1') } });
    await Person.of(sandbox, 'zone', list);
    const { environment } = await Person.of(sandbox, 'deploy-domain', list);
    const deployer = deployment.workplace(environment);
    await passed(deployer.deploy(DOMAIN, settings('s1')));
    await passed(deployer.plan(DOMAIN, settings('s1')));
    const before = sandbox.calls.length;
    const rotated = settings('s2', ['s1']);
    await passed(deployer.deploy(DOMAIN, rotated));
    await passed(deployer.plan(DOMAIN, rotated));
    expect(await deployment.dkim(DOMAIN)).toMatchObject(own('s2'));
    expect(await records()).toEqual([
      `bounce.${DOMAIN}. MX`,
      `bounce.${DOMAIN}. TXT`,
      `s1._domainkey.${DOMAIN}. TXT`,
      `s2._domainkey.${DOMAIN}. TXT`,
    ]);
    const publishers = sandbox.calls
      .slice(before)
      .filter(({ operation }) => operation === 'ChangeResourceRecordSets')
      .map(({ principal }) => (principal as { roleName?: string }).roleName);
    expect(new Set(publishers)).toEqual(new Set([roleOf('zone')]));

    const wayOut = ['ROLE_LOST'];
    const hints = async (changed: object) =>
      codesIn((await deployer.destroy(DOMAIN, { ...rotated, ...changed })).output, true);
    const role = { RoleName: roleOf('zone') };
    const { AttachedPolicies } = await sandbox.call('iam', 'ListAttachedRolePolicies', role);
    for (const { PolicyArn } of AttachedPolicies)
      await sandbox.call('iam', 'DetachRolePolicy', { ...role, PolicyArn });
    expect(await hints({})).toEqual(wayOut);
    await sandbox.call('iam', 'DeleteRole', role);
    expect(await hints({})).toEqual(wayOut);
    const withoutRecord = { record: undefined };
    expect(await hints(withoutRecord)).toEqual(wayOut);
    expect(await deployment.dkim(DOMAIN)).toMatchObject(own('s2'));

    const { output } = await deployer.command(DOMAIN, 'state', 'list');
    const published = output.split('\n').filter((address) => address.startsWith('aws_route53_record.'));
    await passed(deployer.command(DOMAIN, 'state', 'rm', ...published));
    await passed(deployer.destroy(DOMAIN, { ...rotated, ...withoutRecord }));
    expect(await deployment.dkim(DOMAIN)).toBeNull();
  });
});

describe('senders in other accounts', () => {
  const PARTNER = '210987654321';
  const ORGANIZATION = 'o-a1b2c3d4e5';
  const roleIn = (account: string, organization?: string): Principal => ({
    type: 'role',
    roleName: 'mailer',
    roleArn: `arn:aws:iam::${account}:role/mailer`,
    sessionName: 'mailer',
    organization,
  });
  const sends = async (principal: Principal, operation = 'SendEmail'): Promise<string> => {
    const { sandbox } = deployment;
    const FromEmailAddressIdentityArn = `arn:aws:ses:${sandbox.region}:${sandbox.accountId}:identity/${OTHER}`;
    const input = { ...mailOf(OTHER), FromEmailAddressIdentityArn };
    const asked = operation === 'SendEmail' ? input : { EmailIdentity: OTHER };
    return sandbox.call('ses', operation, asked, { principal }).then(
      () => 'done',
      (error: Error) => error.name,
    );
  };
  const settings = (senders?: object): StackSettings => ({ selector: 's1', ...(senders && { senders }) });

  it('may only send, from the deploy on until the list no longer names them', async () => {
    await deployment.ready(OTHER, 's1');
    await passed(deployment.deploy(OTHER, settings({ accounts: [PARTNER] })));
    await passed(deployment.plan(OTHER, settings({ accounts: [PARTNER] })));
    expect(await sends(roleIn(PARTNER))).toBe('done');
    expect(await sends(roleIn(PARTNER), 'GetEmailIdentity')).toBe('AccessDeniedException');
    expect(await sends(roleIn('109876543210', ORGANIZATION))).toBe('AccessDeniedException');

    await passed(deployment.deploy(OTHER, settings({ organization: ORGANIZATION })));
    expect(await sends(roleIn('109876543210', ORGANIZATION))).toBe('done');
    expect(await sends(roleIn(PARTNER))).toBe('AccessDeniedException');

    await passed(deployment.deploy(OTHER, settings()));
    expect(await sends(roleIn('109876543210', ORGANIZATION))).toBe('AccessDeniedException');
    const policies = await deployment.sandbox.call('ses', 'GetEmailIdentityPolicies', {
      EmailIdentity: OTHER,
    });
    expect(policies.Policies).toEqual({});
    await passed(deployment.destroy(OTHER, settings()));
  });
});
