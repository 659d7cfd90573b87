import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { SnsTopic } from '@cdktf/provider-aws/lib/sns-topic';
import { Token } from 'cdktf';
import { ByodkimIdentity, DkimKey, DkimRecord } from '../../constructs';
import { identityWith, inputOf, only, props, render, TestApp } from './synth';

const invocations = (rendered: ReturnType<typeof identityWith>) => rendered.resource.aws_lambda_invocation!;

/** Begins with the id of the engine state. */
const BASELINE_ID = expect.stringMatching(/^\$\{terraform_data\.\w*Function\w*\.id\}\.\$\{uuid\(\)\}$/);

describe('an identity in a stack', () => {
  it('orders proof, the identity, the baseline, signing, and finally confirmation', () => {
    const rendered = identityWith();
    const address = (name: string) =>
      `aws_lambda_invocation.${Object.keys(invocations(rendered)).find((id) => id.includes(name))}`;
    const identity = `aws_sesv2_email_identity.${Object.keys(rendered.resource.aws_sesv2_email_identity!)[0]}`;

    expect(only(rendered.resource.aws_sesv2_email_identity).depends_on).toEqual([address('DnsGate')]);
    expect(only(invocations(rendered), 'Baseline').depends_on).toEqual([address('DnsGate'), identity]);
    expect(only(invocations(rendered), 'Confirmation').depends_on).toEqual(
      expect.arrayContaining([address('DnsGate'), address('Baseline'), address('Signing'), identity]),
    );
  });

  it('replaces each invocation only with its own triggers, and sends one delete to the function', () => {
    const rendered = identityWith({ region: 'us-east-1' });
    const attempt = `\${terraform_data.${Object.keys(rendered.resource.terraform_data!)[0]}.id}`;
    const id = Object.keys(invocations(rendered)).find((each) => each.includes('Baseline'));
    const stack = `\${jsondecode(aws_lambda_invocation.${id}.input).id}`;
    const place = { domain: 'example.com', region: 'us-east-1' };
    const sent = { transaction: attempt, selector: 's1', ...place };

    for (const [name, lifecycle_scope, triggers, input] of [
      ['DnsGate', 'CREATE_ONLY', { attempt }, sent],
      ['Baseline', 'CRUD', { domain: 'example.com' }, { id: BASELINE_ID, ...place }],
      ['Signing', 'CREATE_ONLY', { attempt, stack }, { ...sent, stack }],
      ['Confirmation', 'CREATE_ONLY', { attempt, stack }, { ...sent, stack }],
    ] as const) {
      const invocation = only(invocations(rendered), name);
      const lifecycle = { create_before_destroy: true, ignore_changes: ['input'] };
      expect(invocation).toMatchObject({ function_name: 'ses-byodkim', lifecycle_scope, lifecycle });
      expect(invocation.triggers).toEqual(triggers);
      expect(inputOf(invocation)).toMatchObject(input);
    }
    expect(only(rendered.resource.terraform_data, 'Attempt').lifecycle).toMatchObject({
      create_before_destroy: true,
    });
  });

  it.each([
    ['managed', true],
    ['import', true],
    ['existing', undefined],
  ] as const)('sends whether a destroy deletes the identity, which is %s', (identity, deletesIdentity) => {
    const baseline = only(invocations(identityWith({ identity })), 'Baseline');
    expect(inputOf(baseline).deletesIdentity).toBe(deletesIdentity);
  });

  it('names the function that it keeps, and both addresses to remove from state, if another one is refused', () => {
    const { resource } = identityWith({ controlPlane: 'other' });
    const [kept] = Object.keys(resource.terraform_data!).filter((each) => each.includes('Function'));
    expect(resource.terraform_data![kept!]).toMatchObject({
      input: 'other',
      lifecycle: { ignore_changes: ['input'] },
    });
    const [baseline] = Object.keys(invocations({ resource } as never)).filter((each) =>
      each.includes('Baseline'),
    );
    const [{ condition, error_message }] = resource.aws_lambda_invocation![baseline!].lifecycle.precondition;
    expect(condition).toContain(`terraform_data.${kept}.input == "other"`);
    expect(error_message).toContain(
      `the engine's \`state rm\` for aws_lambda_invocation.${baseline} and terraform_data.${kept}, both`,
    );
  });

  it('makes a new attempt for every change of an invocation’s input', () => {
    const changes = [
      { selector: 's2' },
      { region: 'us-east-1' },
      { domain: 'example.org' },
      { controlPlane: 'other' },
      { key: DkimKey.stored({ bucket: 'elsewhere' }) },
      { gate: { waitSeconds: 5 } },
      { verification: { timeoutMinutes: 90 } },
      { confirmTimeoutMinutes: 20 },
      { irreversible: 'allow' as const },
      { record: DkimRecord.route53('Z1') },
      { record: DkimRecord.route53('Z2') },
    ];
    const triggers = [{}, ...changes].map((change) =>
      JSON.stringify(only(identityWith(change).resource.terraform_data, 'Attempt').triggers_replace),
    );
    expect(new Set(triggers).size).toBe(triggers.length);
  });

  it('keeps the attempt if only tags change, or values that do not reach an invocation', () => {
    const triggers = (change: Parameters<typeof identityWith>[0]) =>
      only(identityWith(change).resource.terraform_data, 'Attempt').triggers_replace;
    expect(triggers({ tags: { team: 'mail' }, configurationSetName: 'main' })).toEqual(triggers({}));
  });

  it('sends only settings that were given, so that later defaults do not replace an attempt', () => {
    expect(inputOf(only(invocations(identityWith()), 'Signing'))).toEqual({
      resource: 'Signing',
      transaction: expect.any(String),
      domain: 'example.com',
      selector: 's1',
      stack: expect.any(String),
      driftToken: expect.any(String),
    });
  });

  it('marks a managed identity as ours, whatever tags it has', () => {
    const { resource } = identityWith({ tags: { team: 'mail', byodkim: 'no' } });
    expect(only(resource.aws_sesv2_email_identity).tags).toEqual({ team: 'mail', byodkim: 'managed' });
  });

  it('publishes the records of MAIL FROM before the gate if the domain has the zone', () => {
    const props = {
      mailFrom: { subdomain: 'bounce' },
      record: DkimRecord.route53('Z1'),
      region: 'eu-west-1',
    };
    const { resource } = identityWith(props);
    const records = Object.values(resource.aws_route53_record!).filter(
      ({ name }) => name === 'bounce.example.com',
    );
    expect(records.map(({ type, records: [value], zone_id }) => [type, value, zone_id])).toEqual([
      ['MX', '10 feedback-smtp.eu-west-1.amazonses.com', 'Z1'],
      ['TXT', 'v=spf1 include:amazonses.com ~all', 'Z1'],
    ]);
    const gated = only(resource.aws_lambda_invocation, 'DnsGate').depends_on as string[];
    expect(gated.filter((each) => /MailFrom-(MX|TXT)/.test(each))).toHaveLength(2);
    const delegation = { zone: 'dkim.example.net', selectors: ['s1', 's2'] as const };
    const delegated = identityWith({ ...props, record: DkimRecord.delegated('Z1', delegation) }).resource;
    expect(Object.values(delegated.aws_route53_record!).map(({ type }) => type)).toEqual(['TXT', 'TXT']);
  });

  it('gives each region a MAIL FROM domain of its own, for whose records the DNS team is asked at once', () => {
    const mailFrom = { subdomain: 'bounce-{region}', regions: ['eu-west-1', 'us-east-1'] };
    const { resource } = identityWith({ mailFrom, region: 'eu-west-1', key: DkimKey.created() });
    expect(only(resource.aws_sesv2_email_identity_mail_from_attributes)).toMatchObject({
      mail_from_domain: 'bounce-eu-west-1.example.com',
    });
    for (const each of ['DkimKey', 'DnsGate'])
      expect(inputOf(only(resource.aws_lambda_invocation, each))).toMatchObject({ mailFrom });
  });

  it('publishes its own MAIL FROM records, but not the key’s, if another region is the home', () => {
    const { resource } = identityWith({
      key: DkimKey.stored({ bucket: 'keys' }),
      mailFrom: { subdomain: 'bounce-{region}' },
      record: DkimRecord.route53('Z1', { previousSelectors: ['s0'] }),
      region: 'eu-west-1',
      sharedWith: [{ region: 'us-east-1', bucket: 'keys', home: true }],
    });
    const records = Object.values(resource.aws_route53_record!).map(({ type, name }) => `${type} ${name}`);
    expect(records.sort()).toEqual([
      'MX bounce-eu-west-1.example.com',
      'TXT bounce-eu-west-1.example.com',
      'TXT s0._domainkey.example.com',
    ]);
    const asked = inputOf(only(resource.aws_lambda_invocation, 'DkimKey'));
    expect(asked).toMatchObject({ selector: 's0' });
    expect(asked).not.toHaveProperty('keyStore');
  });
});

it('claims the regions that share its key, so that a destroy asks them regardless of its first apply', () => {
  const claimOf = (more: Parameters<typeof identityWith>[0]) =>
    inputOf(only(identityWith(more).resource.aws_lambda_invocation, 'Baseline'));
  const sharedWith = [{ region: 'us-east-1', bucket: 'keys-us' }];
  const record = DkimRecord.route53('Z1');
  expect(claimOf({ record, sharedWith }).rotation).toEqual({ records: ['s1'], sharedWith });
  expect(claimOf({ record })).not.toHaveProperty('rotation');
});

describe('drift detection', () => {
  it('asks at plan time, and passes the answer to the attempt and to signing', () => {
    const { resource, data } = identityWith({ key: DkimKey.stored({ bucket: 'keys' }) });
    const inspection = only(data.aws_lambda_invocation, 'Inspection');
    const token = `\${jsondecode(data.aws_lambda_invocation.${Object.keys(data.aws_lambda_invocation!)[0]}.result).token}`;

    expect(inputOf(inspection)).toEqual({
      resource: 'Inspection',
      domain: 'example.com',
      selector: 's1',
      keyStore: { bucket: 'keys' },
    });
    // Whoever may only look may plan.
    expect(inspection.qualifier).toBe('read');
    // Anything that is not known at plan time would put the reading off to the apply.
    expect(inspection).not.toHaveProperty('depends_on');
    expect(JSON.stringify(inspection)).not.toContain('${');
    expect(only(resource.terraform_data, 'Attempt').triggers_replace.drift).toBe(token);
    expect(inputOf(only(resource.aws_lambda_invocation, 'Signing')).driftToken).toBe(token);
  });
});

describe('the key and its record', () => {
  const made = () =>
    identityWith({
      key: DkimKey.created(),
      record: DkimRecord.route53('Z1', { previousSelectors: ['s0'] }),
    });

  it('come before the gate, for the selector and the earlier ones', () => {
    const { resource } = made();
    const gate = only(resource.aws_lambda_invocation, 'DnsGate').depends_on;
    expect(gate).toHaveLength(4);
    expect(gate.join()).toMatch(/DkimKey-s1.*DkimKey-s0.*Record-s1.*Record-s0/);
  });

  it('are not replaced by a new attempt: only its own contents trigger a key', () => {
    const key = only(made().resource.aws_lambda_invocation, 'DkimKey-s1');
    expect(JSON.stringify(key)).not.toContain('terraform_data');
    expect(key.triggers).toEqual({ key: key.input });
    expect(inputOf(key)).toEqual({
      resource: 'DkimKey',
      transaction: 'key-s1',
      domain: 'example.com',
      selector: 's1',
      notifyDnsTeam: false,
    });
  });

  it('use the gate’s DNS settings before a key is made, and the defaults otherwise', () => {
    const nameservers = ['192.0.2.1:53'];
    const gate = { nameservers, waitSeconds: 60 };
    const { resource } = identityWith({ key: DkimKey.created(), gate });
    expect(inputOf(only(resource.aws_lambda_invocation, 'DkimKey')).gate).toEqual({ nameservers });
    const given = identityWith({ record: DkimRecord.route53('Z1'), gate });
    expect(inputOf(only(given.resource.aws_lambda_invocation, 'DkimKey'))).not.toHaveProperty('gate');
  });

  it('notify the DNS team only if the stack does not publish the record itself', () => {
    const { resource } = identityWith({ key: DkimKey.created() });
    expect(inputOf(only(resource.aws_lambda_invocation, 'DkimKey'))).not.toHaveProperty('notifyDnsTeam');
  });

  it('publish the key’s answer, split into strings of 255', () => {
    const { resource } = made();
    expect(only(resource.aws_route53_record, 'Record-s1')).toMatchObject({
      zone_id: 'Z1',
      name: 's1._domainkey.example.com',
      type: 'TXT',
      ttl: 300,
      records: [expect.stringMatching(/^\$\{replace\(jsondecode\(.*DkimKey-s1.*"\/\(\.\{255\}\)\/"/)],
    });
  });
});

describe('the record of a key that its owner brings', () => {
  const keyOf = (rendered: ReturnType<typeof identityWith>, selector: string) =>
    inputOf(only(rendered.resource.aws_lambda_invocation, `DkimKey-${selector}`));

  it('is derived from the private key, and no other key is made', () => {
    const rendered = identityWith({ record: DkimRecord.route53('Z1') });
    expect(keyOf(rendered, 's1')).toMatchObject({ createKey: false, notifyDnsTeam: false });
    expect(only(rendered.resource.aws_route53_record).records[0]).toContain('DkimKey-s1');
  });

  it('stays published for the earlier selectors, from the usual places of their keys', () => {
    const keyStore = { bucket: 'keys', privateKey: 'mine/s1.pem', dnsRecords: 'mine/s1.json' };
    const rendered = identityWith({
      key: DkimKey.stored(keyStore),
      record: DkimRecord.route53('Z1', { previousSelectors: ['s0', 's0', 's1'] }),
    });
    expect(Object.keys(rendered.resource.aws_route53_record!)).toHaveLength(2);
    expect(keyOf(rendered, 's0')).toMatchObject({
      selector: 's0',
      keyStore: { bucket: 'keys' },
      createKey: false,
    });
  });
});

describe('sending as the domain', () => {
  it('is granted to a role on the identity and on its configuration set', () => {
    const { resource } = identityWith({ configurationSetName: 'main' }, (_, identity) => {
      identity.grantSendEmail('app');
    });
    const policy = only(resource.aws_iam_role_policy);
    expect(policy.role).toBe('app');
    // The engine's expressions hold quotes of their own.
    const [statement] = JSON.parse(
      policy.policy.replace(/\$\{.*?\}/g, (text: string) => text.replaceAll('"', "'")),
    ).Statement;
    expect(statement.Action).toEqual(['ses:SendEmail', 'ses:SendRawEmail']);
    expect(statement.Resource).toEqual([
      expect.stringMatching(/^\$\{aws_sesv2_email_identity\..*\.arn\}$/),
      expect.stringMatching(/^\$\{replace\(.*\.arn, '\/identity\/\.\*\$\/', 'configuration-set\/main'\)\}$/),
    ]);
  });

  it('is granted in each region under a separate name, since roles are global', () => {
    const nameIn = (region?: string) =>
      only(
        identityWith({ region }, (_, identity) => void identity.grantSendEmail('app')).resource
          .aws_iam_role_policy,
      ).name;
    expect(nameIn('ap-northeast-1')).toBe('send-email-ap-northeast-1-as-example.com');
    expect(nameIn('us-east-1')).toBe('send-email-us-east-1-as-example.com');
    expect(nameIn()).toMatch(/^send-email-\$\{element\(split\(":", .*\.arn\}?\), 3\)\}-as-example\.com$/);
  });

  it('is granted only once the domain signs', () => {
    const { resource } = identityWith({}, (_, identity) => void identity.grantSendEmail('app'));
    expect(only(resource.aws_iam_role_policy).depends_on).toEqual([expect.stringContaining('Mail_Signing')]);
  });

  it('is granted to several roles, including roles of the same stack', () => {
    const { resource } = identityWith({}, (stack, identity) => {
      const topic = new SnsTopic(stack, 'Topic', {});
      identity.grantSendEmail(new IamRole(stack, 'Mailer', { assumeRolePolicy: '{}' }));
      identity.grantSendEmail('app');
      identity.grantSendEmail(topic.name);
      identity.grantSendEmail(topic.displayName);
    });
    expect(Object.keys(resource.aws_iam_role_policy!)).toHaveLength(4);
    expect(only(resource.aws_iam_role_policy, 'Mailer').role).toContain('aws_iam_role.Mailer.name');
  });
});

describe('refuses props', () => {
  const mistakeOf = (change: Parameters<typeof identityWith>[0]): string => {
    try {
      identityWith(change);
    } catch (error) {
      return (error as Error).message;
    }
    return '';
  };

  const delegated = (change: object = {}) =>
    ({ zone: 'keys.example.net', selectors: ['s1', 's2'], ...change }) as never;

  it.each([
    [{ domain: 'localhost' }, /domain: found "localhost", allowed: a domain name/],
    [{ selector: 'a'.repeat(64) }, /selector: found "a+…, allowed/],
    [{ selector: '-a' }, /selector: found "-a", allowed: .* a letter or digit at both ends/],
    [
      { record: DkimRecord.delegated('Z1', delegated({ zone: 'Dkim' })) },
      /record\.delegation\.zone: found "Dkim"/,
    ],
    [
      { record: DkimRecord.delegated('Z1', delegated({ selectors: ['s1', 's1'] })) },
      /record\.delegation\.selectors: found \["s1","s1"\], allowed: two different selectors/,
    ],
    [
      { selector: 's3', record: DkimRecord.delegated('Z1', delegated()) },
      /record\.delegation\.selectors: .*every selector in use: s3/,
    ],
    [
      {
        record: DkimRecord.delegated('Z1', delegated({ zone: `${`${'a'.repeat(60)}.`.repeat(4)}net` })),
      },
      /record\.delegation\.zone: .* has more than 253 characters/,
    ],
    [
      {
        record: DkimRecord.delegated('Z1', delegated()),
        controlPlane: { functionName: 'f', policy: { allow: {}, gate: {}, bucket: '', alsoRead: [] } },
      },
      /record\.delegation\.zone: found "keys\.example\.net", allowed: no delegation, .*\(allow\.aliasZones\)/,
    ],
    [{ overlapDays: 6 }, /overlapDays: found 6, allowed: 7 to 365: mail is in transit/],
    [{ gate: { nameservers: [] } }, /gate\.nameservers: found \[\], allowed: one address or more/],
    [{ gate: { resolvers: ['http://dns.example'] } }, /gate\.resolvers: found "http:\/\/dns\.example"/],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: what an engine would take for its own expression
    [{ key: DkimKey.stored({ privateKey: 'a/${b}' }) }, /keyStore\.privateKey: found "a\/\$\{b\}"/],
    [{ senders: {} }, /senders: found \{\}, allowed: accounts, organization, or both/],
    [{ senders: { organization: 'acme' } }, /senders\.organization: found "acme", allowed: the id of an AWS/],
    [
      { identity: 'existing' as const, tags: { a: 'b' } },
      /tags: found .*, allowed: only with a managed identity/,
    ],
    [
      { mailFrom: { subdomain: 'Bounce' } },
      /mailFrom\.subdomain: found "Bounce", allowed: the labels before/,
    ],
    [
      { mailFrom: { subdomain: 'example.com' } },
      /mailFrom\.subdomain: found "example\.com", allowed: only the part before the domain/,
    ],
    [
      { mailFrom: { subdomain: 'bounce.example.com' } },
      /mailFrom\.subdomain: .* allowed: only the part before/,
    ],
    [{ mailFrom: {} }, /mailFrom\.subdomain: found nothing, allowed: a name before the domain/],
    [
      { mailFrom: { subdomain: 'bounce' }, record: DkimRecord.route53('Z1') },
      /region: found nothing, allowed: a region: the name or the MX record of mailFrom contains it/,
    ],
    [{ mailFrom: { subdomain: 'bounce-{region}' } }, /region: found nothing, allowed: a region: the name or/],
    [
      { mailFrom: { subdomain: 'bounce', regions: ['eu-west-1', 'us-east-1'] }, region: 'eu-west-1' },
      /mailFrom\.subdomain: found "bounce", allowed: a name for each of eu-west-1, us-east-1, such as bounce-\{region\}/,
    ],
    [
      { mailFrom: { subdomain: 'bounce', regions: ['us-east-1'] }, region: 'eu-west-1' },
      /mailFrom\.regions: found \["us-east-1"\], allowed: regions with eu-west-1, which is the region/,
    ],
    [
      { mailFrom: { subdomain: 'bounce-{Region}' }, region: 'eu-west-1' },
      /mailFrom\.subdomain: found "bounce-\{Region\}", allowed: the labels before .*; \{region\} stands for/,
    ],
    [
      { identity: 'existing' as const, mailFrom: { subdomain: 'bounce' } },
      /mailFrom\.subdomain: found "bounce", allowed: only with a managed identity/,
    ],
    [
      { identity: 'existing' as const, feedbackForwarding: true },
      /feedbackForwarding: found true, allowed: only with a managed identity/,
    ],
  ])('%#: %p', (change, message) => {
    expect(mistakeOf(change)).toMatch(message);
  });

  it('whose values are known only at apply, if synth needs them', () => {
    expect(mistakeOf({ domain: Token.asString({ a: 1 }) })).toMatch(/domain: .*known at synth/);
    expect(mistakeOf({ gate: { nameservers: Token.asList({ a: 1 }) } })).toMatch(/known at synth/);
  });

  it('with every mistake at once, each with the path of the construct', () => {
    const message = mistakeOf({ domain: 'x', selector: 'a_b' });
    expect(message.split('\n')).toHaveLength(2);
    expect(message).toMatch(/^example\.com\/Mail: domain.*\nexample\.com\/Mail: selector/);
  });
});

describe('with a control plane in another stack', () => {
  it('depends on that stack, and takes nothing from its state', () => {
    const app = new TestApp();
    try {
      const control = app.stack('control');
      const stack = app.stack();
      const controlPlane = {
        functionName: 'signer',
        readyFunctionArn: Token.asString({ never: 'used' }),
        stack: control,
        dependencies: [new SnsTopic(control, 'Topic', {})],
      };
      new ByodkimIdentity(stack, 'Mail', props({ controlPlane }));
      app.app.synth();
      expect(stack.dependencies).toEqual([control]);
      const rendered = render(stack);
      expect(rendered.data).not.toHaveProperty('terraform_remote_state');
      expect(only(rendered.resource.aws_lambda_invocation, 'Signing').function_name).toBe('signer');
    } finally {
      app.close();
    }
  });
});
