import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT } from '../../constructs/built-handler';
import { recordName } from '../../handlers/contract';
import { Deployment, type OwnKey, passed } from '../support/deployment';
import { hostZone } from '../support/route53';
import { applied } from './support/applied';

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

/** The same domain, said in the list and in HCL. */
describe('the module of a domain', () => {
  let deployment: Deployment;
  let zoneId: string;
  let key: OwnKey;

  beforeAll(async () => {
    deployment = await Deployment.start();
    zoneId = await hostZone(deployment, ZONE);
    Object.assign(deployment.list.control!, { allow: { rotatesIn: [zoneId] } });
    await passed(deployment.deployControl());
    key = deployment.keyOf('s1');
    await deployment.createIdentity(FOUND);
    for (const domain of DOMAINS) await deployment.ready(domain, 's1', 's0');
    await deployment.sandbox.call('ses', 'CreateConfigurationSet', { ConfigurationSetName: 'news' });
  }, LIMIT_MS);
  afterAll(() => deployment.close());

  const engineIn = (folder: string, ...args: string[]) => deployment.first.engineIn(folder, ...args);
  const initialised = new Set<string>();
  /** Once in a folder: the modules stay the same, whatever is said to them. */
  async function init(folder: string): Promise<void> {
    if (!initialised.has(folder)) await passed(engineIn(folder, 'init', '-no-color'));
    initialised.add(folder);
  }

  function configuration(
    domain: string,
    args: Readonly<Record<string, unknown>>,
    beside: object = {},
  ): string {
    const folder = path.join(deployment.first.folder, `hcl-${domain}`);
    mkdirSync(folder, { recursive: true });
    const module = {
      source: path.join(PROJECT_ROOT, 'modules/domain'),
      domain,
      region: 'ap-northeast-1',
      ...args,
    };
    writeFileSync(
      path.join(folder, 'main.tf.json'),
      JSON.stringify({
        ...beside,
        provider: { aws: { region: 'ap-northeast-1' } },
        module: { mail: module },
      }),
    );
    return folder;
  }

  const gate = () => ({ nameservers: [deployment.dns.address], resolvers: [] });
  const verification = { waitSeconds: 5 };

  it.each<[string, string, () => { list: object; hcl: Record<string, unknown> }]>([
    [
      'with nothing but a selector',
      PLAIN,
      () => ({
        list: { selector: 's1' },
        hcl: { selector: 's1' },
      }),
    ],
    [
      'with every setting',
      FULL,
      () => ({
        list: {
          selector: 's1',
          configurationSetName: 'news',
          tags: { team: 'mail' },
          keyStore: { privateKey: 'dkim-certificates/full.example.com/s1/private_key.pem' },
          verification: { ...verification, required: true, timeoutMinutes: 90 },
          confirmTimeoutMinutes: 20,
          record: {
            hostedZoneId: zoneId,
            ttlSeconds: 60,
            publicKey: key.publicKey,
            previousSelectors: ['s0'],
          },
          overlapDays: 14,
          keyLifetimeDays: 180,
          revokedSelectors: ['r1'],
        },
        hcl: {
          selector: 's1',
          configuration_set_name: 'news',
          tags: { team: 'mail' },
          key_store: { private_key: 'dkim-certificates/full.example.com/s1/private_key.pem' },
          verification: { wait_seconds: 5, required: true, timeout_minutes: 90 },
          confirm_timeout_minutes: 20,
          record: {
            hosted_zone_id: zoneId,
            ttl_seconds: 60,
            public_key: key.publicKey,
            previous_selectors: ['s0'],
          },
          overlap_days: 14,
          key_lifetime_days: 180,
          revoked_selectors: ['r1'],
        },
      }),
    ],
    [
      'with a key that the function makes, in Route 53',
      MADE,
      () => ({
        list: { selector: 'made', createKey: true, record: { hostedZoneId: zoneId } },
        hcl: { selector: 'made', create_key: true, record: { hosted_zone_id: zoneId } },
      }),
    ],
    [
      'with two names of others that lead into the zone',
      LED,
      () => {
        deployment.dns.removeTxt(recordName(LED, 's1'));
        deployment.dns.setRecords(recordName(LED, 's1'), 'CNAME', [`${recordName(LED, 's1')}.${ZONE}`]);
        const delegation = { zone: ZONE, selectors: ['s1', 's2'] };
        return {
          list: { selector: 's1', record: { hostedZoneId: zoneId, delegation } },
          hcl: { selector: 's1', record: { hosted_zone_id: zoneId, delegation } },
        };
      },
    ],
    [
      'with two that take turns by themselves',
      TURNS,
      () => {
        for (const each of ['t1', 't2'])
          deployment.dns.setRecords(recordName(TURNS, each), 'CNAME', [`${recordName(TURNS, each)}.${ZONE}`]);
        const delegation = { zone: ZONE, selectors: ['t1', 't2'] };
        return {
          list: {
            selector: 't1',
            rotate: 'automatic',
            createKey: true,
            record: { hostedZoneId: zoneId, delegation },
          },
          hcl: {
            selector: 't1',
            rotate: 'automatic',
            create_key: true,
            record: { hosted_zone_id: zoneId, delegation },
          },
        };
      },
    ],
    [
      'with an identity that exists, and no look at plan time',
      FOUND,
      () => ({
        list: { selector: 's1', identity: 'existing', driftDetection: false },
        hcl: { selector: 's1', identity: 'existing', drift_detection: false },
      }),
    ],
  ])(
    'makes what the construct makes, %s',
    async (_, domain, said) => {
      const { list, hcl } = said();
      await passed(deployment.deploy(domain, list as never));
      const byConstruct = await applied(
        deployment.first,
        path.join(deployment.first.folder, 'out/stacks', domain),
      );
      await passed(deployment.destroy(domain, list as never));

      const folder = configuration(domain, {
        gate: gate(),
        verification: { wait_seconds: 5 },
        ...hcl,
      });
      await init(folder);
      await passed(engineIn(folder, 'apply', '-auto-approve', '-no-color'));
      expect(await applied(deployment.first, folder)).toEqual(byConstruct);
      expect((await engineIn(folder, 'plan', '-detailed-exitcode', '-no-color')).exitCode).toBe(0);
      expect(await deployment.dkim(domain)).toMatchObject({ SigningAttributesOrigin: 'EXTERNAL' });
      await passed(engineIn(folder, 'destroy', '-auto-approve', '-no-color'));
      const left = await deployment.dkim(domain);
      expect(left?.SigningAttributesOrigin).toBe('identity' in list ? 'AWS_SES' : undefined);
    },
    LIMIT_MS,
  );

  it(
    'confirms after what the caller names, and no sooner; and says all regions of the domain',
    async () => {
      const regions = ['ap-northeast-1', 'us-east-1'];
      const folder = configuration(
        'last.example.org',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the engine's own expression
        { selector: 's1', gate: gate(), regions, confirm_after: ['${aws_sns_topic.news.arn}'] },
        { resource: { aws_sns_topic: { news: { name: 'news' } } } },
      );
      await deployment.ready('last.example.org', 's1');
      await init(folder);
      await passed(engineIn(folder, 'apply', '-auto-approve', '-no-color'));
      const made = await applied(deployment.first, folder);
      const after = (what: string) => made.find((resource) => resource.what.endsWith(what))!.after;
      for (const what of [' Inspection', ' Signing'])
        expect(made.find((resource) => resource.what.endsWith(what))!.values.input).toMatchObject({
          rotation: { regions },
        });
      expect(after(' Confirmation')).toContain('aws_sns_topic');
      expect(after(' Signing')).not.toContain('aws_sns_topic');
      expect(deployment.armed('last.example.org')).toEqual([]);
    },
    LIMIT_MS,
  );

  it.each([
    [{ selector: '-s1' }, /selector: expected 1 to 63 letters, digits and hyphens/],
    [
      { selector: 's1', domain: 'bücher.example' },
      /domain: expected a domain in lower case, an IDN in A-labels/,
    ],
    [{ selector: 's1', identity: 'mine' }, /identity: expected managed or existing/],
    [{ selector: 's1', rotate: 'automatic' }, /rotate = automatic: expected create_key, record/],
    ...[
      { key_store: { private_key: 'dkim-certificates/elsewhere.pem' } },
      { revoked_selectors: ['s2'] },
      { regions: ['ap-northeast-1', 'us-east-1'] },
      { overlap_days: 60, key_lifetime_days: 90 },
      { record: { hosted_zone_id: 'Z0123456789', public_key: 'MIGf' } },
    ].map((wrong): [Record<string, unknown>, RegExp] => [
      {
        selector: 's1',
        rotate: 'automatic',
        create_key: true,
        record: { hosted_zone_id: 'Z0123456789' },
        selector_naming: ['s1', 's2'],
        ...wrong,
      },
      /rotate = automatic: expected create_key, record/,
    ]),
    [{ selector: 's1', regions: ['us-east-1'] }, /regions: expected all regions of the domain, region among/],
    [{ selector: 's1', confirm_timeout_minutes: 1 }, /confirm_timeout_minutes: expected at least 2/],
  ])('refuses %j before anything is asked', async (args, expected) => {
    const folder = configuration(PLAIN, args);
    await init(folder);
    const { exitCode, output } = await engineIn(folder, 'plan', '-no-color');
    expect(exitCode).toBe(1);
    expect(output.replace(/\s*\n[│|]?\s*/g, ' ')).toMatch(expected);
  });
});
