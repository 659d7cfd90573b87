import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT } from '../../constructs/built-handler';
import { claimedRotation, rotationSettings } from '../../constructs/identity-props';
import { recordName } from '../../handlers/contract/contract';
import type { ResourceEvent } from '../../handlers/contract/input/event-schema';
import { SETTINGS } from '../../handlers/contract/settings/settings';
import { recordValue } from '../../handlers/keys/format/public-key';
import { quotedStrings } from '../../handlers/keys/state/dns-record';
import { BUCKET, Deployment, failed, passed } from '../support/deployment';
import { hostZone } from '../support/route53';
import type { StackSettings } from '../support/workplace';
import { type Applied, applied } from './support/applied';
import { everySetting } from './support/every-setting';
import { itRefuses, type Refusal } from './support/refusals';

const LIMIT_MS = 120_000;
const ZONE = 'example.com';
/** One each: a selector that has signed once is remembered, and its record is missed. */
const DOMAINS = [
  'plain.example.org',
  'full.example.com',
  'made.example.com',
  'found.example.org',
  'led.example.org',
  'turns.example.org',
] as const;
const [PLAIN, FULL, MADE, FOUND, LED, TURNS] = DOMAINS;

/** The home of a key that another region has. */
const HOME_ELSEWHERE = [{ region: 'us-east-1', bucket: BUCKET, home: true }];

/** In parallel, each needs a process of the function, whose start takes longer than its work. */
const ONE_BY_ONE = '-parallelism=1';
const LAST = 'last.example.org';
const ELSEWHERE = 'elsewhere.example.com';
const SHARING = 'sharing.example.com';

/** The same domains, said in the list and in HCL: there all of them in one configuration. */
describe('the module of a domain', () => {
  let deployment: Deployment;
  let zoneId: string;
  /** Where the modules were applied, and what the constructs have made of each domain. */
  let folder: string;
  let byConstruct: ReadonlyMap<string, Applied[]>;

  beforeAll(async () => {
    deployment = await Deployment.start();
    zoneId = await hostZone(deployment, ZONE);
    // The control stack allows the zones of the list that it is deployed with.
    const delegation = { zone: ZONE, selectors: ['s1', 's2'] };
    deployment.others = {
      [LED]: { selector: 's1', createKey: true, record: { hostedZoneId: zoneId, delegation } },
    };
    await passed(deployment.deployControl());
    deployment.others = {};
    await deployment.createIdentity(FOUND);
    for (const domain of [...DOMAINS, LAST, SHARING]) await deployment.ready(domain, 's1', 's0');
    await publishAsHome(recordName(SHARING, 's1'), keyRecord('s1'));
    await deployment.sandbox.call('ses', 'CreateConfigurationSet', { ConfigurationSetName: 'news' });

    const stacks: Record<string, object> = {};
    const modules: Record<string, object> = {};
    for (const [, domain, settingsOf] of cases) {
      const settings = settingsOf();
      // Each stack as a module: the engine runs once for all of them.
      stacks[nameOf(domain)] = { source: deployment.write(domain, settings) };
      modules[nameOf(domain)] = module(domain, { gate: gate(), ...(inHcl(settings) as object) });
    }
    const constructs = configuration('constructs', stacks);
    await passed(engineIn(constructs, 'init', '-no-color'));
    await passed(engineIn(constructs, 'apply', ONE_BY_ONE, '-auto-approve', '-no-color'));
    byConstruct = new Map(DOMAINS.map((domain) => [domain, applied(constructs, nameOf(domain))]));
    await passed(engineIn(constructs, 'destroy', ONE_BY_ONE, '-auto-approve', '-no-color'));
    modules[nameOf(LAST)] = module(LAST, {
      selector: 's1',
      gate: gate(),
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the engine's own expression
      confirm_after: ['${aws_sns_topic.news.arn}'],
    });
    modules[nameOf(ELSEWHERE)] = module(ELSEWHERE, {
      selector: 'e1',
      create_key: true,
      gate: { ...gate(), wait_seconds: 60 },
      mail_from: { subdomain: 'bounce' },
      record: {},
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the engine's own expression
      record_published: ['${aws_route53_record.theirs}'],
    });
    modules[nameOf(SHARING)] = module(SHARING, {
      selector: 's1',
      gate: { ...gate(), wait_seconds: 60 },
      key_store: { bucket: BUCKET },
      shared_with: HOME_ELSEWHERE,
      mail_from: { subdomain: 'bounce-{region}' },
      record: { hosted_zone_id: zoneId, previous_selectors: ['s0'] },
    });
    const theirs = {
      // biome-ignore-start lint/suspicious/noTemplateCurlyInString: the engine's own expressions
      for_each: '${module.elsewhere.records}',
      zone_id: zoneId,
      type: '${each.value.type}',
      name: '${each.value.name}',
      ttl: 300,
      records: ['${join("\\"\\"", regexall(".{1,255}", each.value.value))}'],
      // biome-ignore-end lint/suspicious/noTemplateCurlyInString: the engine's own expressions
    };
    folder = configuration('all', modules, {
      resource: {
        aws_sns_topic: {
          news: { name: 'news' },
          // biome-ignore lint/suspicious/noTemplateCurlyInString: the engine's own expression
          verified: { name: 'verified', display_name: '${module.full.verified_identity_arn}' },
        },
        aws_route53_record: { theirs },
      },
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the engine's own expression
      output: { plain: { value: '${module.plain.verified_identity_arn == null}' } },
    });
    await passed(engineIn(folder, 'init', '-no-color'));
    await passed(engineIn(folder, 'apply', ONE_BY_ONE, '-auto-approve', '-no-color'));
  }, 2 * LIMIT_MS);
  afterAll(() => deployment.close());

  const engineIn = (place: string, ...args: string[]) => deployment.engineIn(place, ...args);
  const nameOf = (domain: string): string => domain.split('.', 1)[0]!;
  const module = (domain: string, args: Readonly<Record<string, unknown>>): object => ({
    source: path.join(PROJECT_ROOT, 'modules/domain'),
    providers: { aws: 'aws', 'aws.zone': 'aws' },
    domain,
    region: 'ap-northeast-1',
    ...args,
  });

  function configuration(name: string, modules: object, beside: object = {}): string {
    const place = path.join(deployment.folder, `hcl-${name}`);
    mkdirSync(place, { recursive: true });
    const provider = { aws: { region: 'ap-northeast-1' } };
    writeFileSync(
      path.join(place, 'main.tf.json'),
      JSON.stringify({ ...beside, provider, module: modules }, null, 2),
    );
    return place;
  }

  const keyRecord = (selector: string): string =>
    quotedStrings(recordValue({ spki: deployment.keyOf(selector).publicKey }));
  /** Publishes a TXT record in the zone, as the stack of another region would. */
  const publishAsHome = (Name: string, Value: string) =>
    deployment.sandbox.call('route53', 'ChangeResourceRecordSets', {
      HostedZoneId: zoneId,
      ChangeBatch: {
        Changes: [
          {
            Action: 'CREATE',
            ResourceRecordSet: { Name, Type: 'TXT', TTL: 300, ResourceRecords: [{ Value }] },
          },
        ],
      },
    });

  const gate = () => ({ nameservers: [deployment.dns.address], resolvers: [] });

  /** Returns settings of the list as HCL names them. */
  const inHcl = (value: unknown): unknown =>
    typeof value !== 'object' || value === null || Array.isArray(value)
      ? value
      : Object.fromEntries(
          Object.entries(value).map(([name, each]) => [
            name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
            inHcl(each),
          ]),
        );

  const cases: readonly (readonly [title: string, domain: string, settings: () => StackSettings])[] = [
    ['with nothing but a selector', PLAIN, () => ({ selector: 's1' })],
    [
      'with every setting',
      FULL,
      () =>
        everySetting(SETTINGS, {
          selector: 's1',
          region: 'ap-northeast-1',
          identity: 'managed',
          configurationSetName: 'news',
          mailFrom: { subdomain: 'bounce-{region}', regions: ['ap-northeast-1'] },
          tags: { team: 'mail' },
          senders: { accounts: ['210987654321'], organization: 'o-a1b2c3d4e5' },
          keyStore: {
            bucket: BUCKET,
            privateKey: 'dkim-certificates/full.example.com/s1/private_key.pem',
            dnsRecords: 'dns_records/full.example.com/',
          },
          gate: { ...gate(), mode: 'authoritative' },
          verification: { required: true },
          confirmTimeoutMinutes: 20,
          irreversible: 'refuse',
          createKey: false,
          // Delegation has cases of its own, a role is the provider's, and the rest is for the command and for stacks.
          record: {
            hostedZoneId: zoneId,
            previousSelectors: ['s0'],
            roleArn: undefined,
            delegation: undefined,
          },
          selectorNaming: undefined,
          sendEmailRoles: undefined,
        }),
    ],
    [
      'with a key that the function makes, in Route 53',
      MADE,
      () => ({ selector: 'made', createKey: true, record: { hostedZoneId: zoneId } }),
    ],
    [
      'with two names of others that lead into the zone',
      LED,
      () => {
        deployment.dns.removeTxt(recordName(LED, 's1'));
        deployment.dns.setRecords(recordName(LED, 's1'), 'CNAME', [`${recordName(LED, 's1')}.${ZONE}`]);
        const bounce = `bounce-ap-northeast-1.${LED}`;
        deployment.dns.setRecords(bounce, 'MX', ['10 feedback-smtp.ap-northeast-1.amazonses.com']);
        deployment.dns.setTxt(bounce, 'v=spf1 include:amazonses.com ~all');
        const mailFrom = { subdomain: 'bounce-{region}', regions: ['ap-northeast-1', 'us-east-1'] };
        const delegation = { zone: ZONE, selectors: ['s1', 's2'] };
        return { selector: 's1', mailFrom, record: { hostedZoneId: zoneId, delegation } };
      },
    ],
    [
      'with two selectors that alternate',
      TURNS,
      () => {
        for (const each of ['t1', 't2'])
          deployment.dns.setRecords(recordName(TURNS, each), 'CNAME', [`${recordName(TURNS, each)}.${ZONE}`]);
        const delegation = { zone: ZONE, selectors: ['t1', 't2'] };
        return { selector: 't1', createKey: true, record: { hostedZoneId: zoneId, delegation } };
      },
    ],
    ['with an identity that exists', FOUND, () => ({ selector: 's1', identity: 'existing' })],
  ];

  it.each(cases)('makes the same resources as the construct, %s', async (_, domain) => {
    expect(applied(folder, nameOf(domain))).toEqual(byConstruct.get(domain));
    expect(await deployment.dkim(domain)).toMatchObject({ SigningAttributesOrigin: 'EXTERNAL' });
  });

  it('waits for records that the caller’s resources publish', async () => {
    expect(await deployment.dkim(ELSEWHERE)).toMatchObject({ Status: 'SUCCESS', Tokens: ['e1'] });
  });

  it('publishes only its MAIL FROM and earlier records if another region is the home', () => {
    const records = applied(folder, nameOf(SHARING)).filter(({ what }) =>
      what.includes('aws_route53_record'),
    );
    expect(records.map(({ values: { type, name } }) => `${type} ${name}`).sort()).toEqual([
      `MX bounce-ap-northeast-1.${SHARING}`,
      `TXT bounce-ap-northeast-1.${SHARING}`,
      `TXT s0._domainkey.${SHARING}`,
    ]);
  });

  it('names to the function the records and the regions that the construct would name', () => {
    const record = { hostedZoneId: zoneId, previousSelectors: ['s0'] };
    const settings = { selector: 's1', record, sharedWith: HOME_ELSEWHERE };
    const made = applied(folder, nameOf(SHARING));
    const rotationOf = (what: string) =>
      (made.find((resource) => resource.what.endsWith(what))!.values.input as ResourceEvent).rotation;
    expect(rotationOf(' DnsGate')).toEqual(rotationSettings(settings));
    expect(rotationOf(' Signing')).toEqual(rotationSettings(settings));
    expect(rotationOf(' Baseline')).toEqual(claimedRotation(settings));
  });

  it('confirms after the caller’s resources, and no sooner', () => {
    const made = applied(folder, nameOf(LAST));
    const after = (what: string) => made.find((resource) => resource.what.endsWith(what))!.after;
    expect(after(' Confirmation')).toContain('aws_sns_topic');
    expect(after(' Signing')).not.toContain('aws_sns_topic');
    expect(deployment.armed(LAST)).toEqual([]);
  });

  it('remembers its lists as tuples, as deployed stacks do: another type would be another attempt', () => {
    const { resources } = JSON.parse(readFileSync(path.join(folder, 'terraform.tfstate'), 'utf8'));
    const full = `module.${nameOf(FULL)}`;
    const attempt = resources.find((each: any) => each.module === full && each.name === 'attempt');
    const [, { wanted }] = attempt.instances[0].attributes.triggers_replace.type;
    const [, { gate: typeOfGate, mailFrom, senders }] = wanted;
    expect(typeOfGate[1].nameservers).toEqual(['tuple', ['string']]);
    expect(mailFrom[1].regions).toEqual(['tuple', ['string']]);
    expect(senders[1].accounts).toEqual(['tuple', ['string']]);
  });

  it('returns the ARN of a verified identity after the confirmation, if verification is required', () => {
    const { outputs, resources } = JSON.parse(readFileSync(path.join(folder, 'terraform.tfstate'), 'utf8'));
    const [topic] = resources.find(({ name }: { name: string }) => name === 'verified').instances;
    expect(topic.attributes.display_name).toMatch(/:identity\/full\.example\.com$/);
    expect(topic.dependencies).toContain('module.full.aws_lambda_invocation.confirmation');
    expect(outputs.plain.value).toBe(true);
  });

  it(
    'has nothing to plan afterwards, and rolls back on destroy',
    async () => {
      await passed(engineIn(folder, 'plan', ONE_BY_ONE, '-detailed-exitcode', '-no-color'));
      await passed(engineIn(folder, 'destroy', ONE_BY_ONE, '-auto-approve', '-no-color'));
      for (const domain of DOMAINS) {
        const left = await deployment.dkim(domain);
        expect([domain, left?.SigningAttributesOrigin]).toEqual([
          domain,
          domain === FOUND ? 'AWS_SES' : undefined,
        ]);
      }
    },
    LIMIT_MS,
  );

  describe.each<[string, readonly Refusal[]]>([
    [
      'a setting',
      [
        [{ selector: '-s1' }, /selector: expected 1 to 63 letters, digits and hyphens/],
        [
          { selector: 's1', domain: 'bücher.example' },
          /domain: expected a domain in lower case, with an IDN in A-labels/,
        ],
        [
          { selector: 's1', mail_from: { subdomain: 'bounce', regions: ['Tokyo'] } },
          /mail_from\.regions: expected a list of regions/,
        ],
        [
          { selector: 's1', mail_from: { subdomain: 'Bounce' } },
          /mail_from\.subdomain: expected the labels before the domain/,
        ],
        [{ selector: 's1', senders: {} }, /senders: expected an object of accounts, organization, or both/],
        [
          { selector: 's1', senders: { accounts: ['1'] } },
          /senders\.accounts: expected a list of account ids/,
        ],
        [{ selector: 's1', identity: 'mine' }, /identity: expected managed or existing/],
        [{ selector: 's1', confirm_timeout_minutes: 1 }, /confirm_timeout_minutes: expected at least 2/],
        [
          { selector: 's1', gate: { wait_seconds: 'a minute' } },
          /not suitable for \S+gate .*a number is required/,
        ],
        [
          { selector: 's1', record: { hosted_zone_id: 'example.com' } },
          /hosted_zone_id: expected the id of a/,
        ],
        [
          {
            selector: 's1',
            record: { hosted_zone_id: 'Z1', delegation: { zone: ZONE, selectors: ['s1', 's2'], ttl: 60 } },
          },
          /record\.delegation: expected zone, and two different selectors, and nothing else/,
        ],
      ],
    ],
    [
      'a combination of settings',
      [
        ...['example.com', 'bounce.example.com'].map(
          (subdomain): Refusal => [
            { selector: 's1', domain: 'example.com', mail_from: { subdomain } },
            /mail_from\.subdomain: expected only the part before the domain/,
          ],
        ),
        [
          { selector: 's1', region: undefined, mail_from: { subdomain: 'bounce-{region}' } },
          /region: expected a region, since the name or the MX record of mail_from contains it/,
        ],
        [
          { selector: 's1', mail_from: { subdomain: 'bounce', regions: ['ap-northeast-1', 'us-east-1'] } },
          /mail_from\.subdomain: expected a name for each of mail_from\.regions, such as bounce-\{region\}/,
        ],
        [
          { selector: 's1', mail_from: { subdomain: 'bounce', regions: ['us-east-1'] } },
          /mail_from\.regions: expected a list that includes the region of the identity/,
        ],
      ],
    ],
  ])('refuses %s before anything is asked', (kind, refusals) =>
    itRefuses(refusals, async (instances) => {
      const place = configuration(
        kind.replaceAll(' ', '-'),
        instances((args) => module(PLAIN, { ...args })),
      );
      await passed(engineIn(place, 'init', '-no-color'));
      return failed(engineIn(place, 'plan', '-no-color'));
    }),
  );
});
