import { readFileSync } from 'node:fs';
import path from 'node:path';
import { findHandlerErrors } from '../../cli/engine/engine';
import { PROJECT_ROOT } from '../../constructs/built-handler';
import { dnsRecordObject, privateKeyObject, recordName } from '../../handlers/contract/contract';
import type { Fault } from '../../packages/sandbox/aws/service';
import type { SesService } from '../../packages/sandbox/aws/services/ses';
import { receive } from '../../packages/sandbox/mail/receive';
import { BUCKET, Deployment, failed, passed } from '../support/deployment';
import { other, otherOf, whileOtherFails } from '../support/failing-resource';
import { hostZone } from '../support/route53';
import { unframe } from '../support/unframe';

const PUT = 'ses:PutEmailIdentityDkimSigningAttributes';
const S1 = { selector: 's1' };
const S2 = { selector: 's2' };
const onS1 = { SigningAttributesOrigin: 'EXTERNAL', Tokens: ['s1'], Status: 'SUCCESS', SigningEnabled: true };
/** What an apply says that it has planned, before it does it. */
const CHANGES = /^Plan: [1-9]\d* to add, /m;

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: what an engine takes for its own expressions
const CONTACT = 'mail@example.com ${file("/etc/hosts")}';
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: as above

let deployment: Deployment;
let domains = 0;
/** A new one for each test. */
let domain: string;

beforeAll(async () => {
  deployment = await Deployment.start(
    {},
    { topics: { dns: 'create', result: 'create' }, notices: { contact: CONTACT } },
  );
  await passed(deployment.deployControl());
});
afterAll(() => deployment.close());
beforeEach(() => {
  domain = `d${domains++}.example.com`;
});

/** Sends a mail as a domain. Returns who has signed it, as a verifier that is not ours finds at any time later. */
async function send(from: string): Promise<() => Promise<string>> {
  const { sandbox, dns } = deployment;
  await sandbox.call('ses', 'SendEmail', {
    FromEmailAddress: `news@${from}`,
    Destination: { ToAddresses: ['reader@example.net'] },
    Content: { Simple: { Subject: { Data: 'News' }, Body: { Text: { Data: 'Of this month.' } } } },
  });
  const { raw } = sandbox.service<SesService>('ses').mailbox.messages.at(-1)!;
  return async () =>
    (await receive(raw, [dns.address])).map(({ selector, result }) => `${selector}, ${result}`).join();
}

describe('a domain without a key, through the real engine', () => {
  let zoneId: string;
  beforeAll(async () => {
    zoneId = await hostZone(deployment, 'example.org');
  });

  const versionsOf = async (key: string): Promise<string[]> => {
    const input = { Bucket: BUCKET, Prefix: key };
    const { Versions = [] } = await deployment.sandbox.call('s3', 'ListObjectVersions', input);
    return Versions.map(({ VersionId }: { VersionId: string }) => VersionId);
  };
  const signsWith = (selector: string) => ({ ...onS1, Tokens: [selector] });

  describe('whose DNS another team keeps', () => {
    const DOMAIN = 'example.com';
    const LIST = { selector: 's1', createKey: true };
    const KEY = privateKeyObject(DOMAIN, 's1');
    const told = () => deployment.notices('dns').filter(({ subject }) => subject?.includes(` ${DOMAIN} `));

    it('gets a key and a notice once, goes on at the next apply, and keeps the key through a destroy', async () => {
      expect(await failed(deployment.deploy(DOMAIN, LIST))).toContain('DNS_TXT_NOT_READY');
      expect(await deployment.dkim(DOMAIN)).toBeNull();
      const [notice, ...others] = told();
      expect(others).toEqual([]);
      expect(notice!.subject).toBe('DNS record to publish for example.com (DKIM)');
      expect(notice!.message).toContain('mail@example.com');
      const made = await deployment.read(KEY);
      expect(made).toContain('PRIVATE KEY');

      // Nobody has acted yet, and somebody is impatient.
      await failed(deployment.deploy(DOMAIN, LIST));
      const again = await deployment.invoke({ action: 'create_key', domain: DOMAIN, selector: 's1' });
      expect(again).toMatchObject({ statusCode: 200, created: false, notice: { sent: false } });
      expect(told()).toHaveLength(1);

      // Whoever knows nothing but the notice can publish the record.
      const [, name, strings] = /^\s*(\S+)\. 300 IN TXT (".+")\s*$/m.exec(notice!.message)!;
      expect(name).toBe(recordName(DOMAIN, 's1'));
      deployment.dns.setTxt(name!, strings!.replace(/" "|"/g, ''));

      await passed(deployment.deploy(DOMAIN, LIST));
      expect(await deployment.dkim(DOMAIN)).toMatchObject(signsWith('s1'));
      await passed(deployment.plan(DOMAIN, LIST));
      expect(await versionsOf(KEY)).toHaveLength(1);
      expect(await deployment.read(KEY)).toBe(made);
      expect(told()).toHaveLength(1);

      // Key and record are kept when it is destroyed, and taken up again.
      await passed(deployment.destroy(DOMAIN, LIST));
      expect(await deployment.dkim(DOMAIN)).toBeNull();
      await passed(deployment.deploy(DOMAIN, LIST));
      expect(await deployment.read(KEY)).toBe(made);
      expect(told()).toHaveLength(1);
      await passed(deployment.destroy(DOMAIN, LIST));

      // No second key is made for a record that was given away.
      await deployment.sandbox.call('s3', 'DeleteObject', { Bucket: BUCKET, Key: KEY });
      expect(await failed(deployment.deploy(DOMAIN, LIST))).toContain('CERTIFICATE_NOT_FOUND');
      expect(await deployment.read(KEY)).toBeNull();
    });
  });

  describe('whose zone is in Route 53', () => {
    const DOMAIN = 'example.org';
    const list = (selector: string, record: object = {}) => ({
      selector,
      createKey: true,
      record: { hostedZoneId: zoneId, ...record },
      gate: { waitSeconds: 200 },
    });
    const published = async (): Promise<string[]> => {
      const input = { HostedZoneId: zoneId };
      const { ResourceRecordSets } = await deployment.sandbox.call(
        'route53',
        'ListResourceRecordSets',
        input,
      );
      return ResourceRecordSets.filter(({ Type }: { Type: string }) => Type === 'TXT').map(
        ({ Name }: { Name: string }) => Name,
      );
    };

    it('signs after one deploy, keeps the old record as long as a rotation needs it, and leaves none', async () => {
      const { dns } = deployment;
      const name = recordName(DOMAIN, 's1');
      const told = deployment.notices('dns').length;
      // The zone's servers are behind: the first two times that they are asked they do not have it.
      dns.misbehave({ name, type: 'TXT', rcode: 'NXDOMAIN', times: 2 });
      await passed(deployment.deploy(DOMAIN, list('s1')));
      expect(dns.log.filter((question) => question.name === name).length).toBeGreaterThan(2);
      expect(await deployment.dkim(DOMAIN)).toMatchObject(signsWith('s1'));
      await passed(deployment.plan(DOMAIN, list('s1')));
      expect(deployment.notices('dns')).toHaveLength(told);
      expect(await deployment.read(dnsRecordObject(DOMAIN, 's1'))).toContain('"route53"');

      // A rotation that would remove the record which signs is not even planned.
      const output = await failed(deployment.deploy(DOMAIN, list('s2')));
      expect(findHandlerErrors(unframe(output))).toEqual([
        expect.objectContaining({
          code: 'RECORD_STILL_NEEDED',
          advice: expect.stringContaining('previousSelectors: [s1]'),
        }),
      ]);
      expect(await published()).toEqual(['s1._domainkey.example.org.']);
      expect(await deployment.dkim(DOMAIN)).toMatchObject(signsWith('s1'));

      // One that names its selector keeps the record, and removes it when its mail has arrived.
      const early = await send(DOMAIN);
      const keeping = list('s2', { previousSelectors: ['s1'] });
      await passed(deployment.deploy(DOMAIN, keeping));
      expect(await deployment.dkim(DOMAIN)).toMatchObject(signsWith('s2'));
      expect(await published()).toEqual(['s1._domainkey.example.org.', 's2._domainkey.example.org.']);
      await passed(deployment.plan(DOMAIN, keeping));

      expect(await (await send(DOMAIN))()).toBe('s2, pass');
      // The function's clock runs ahead by what its shortened sleeps have skipped.
      await deployment.sandbox.clock.advance(7 * 24 * 3_600_000 + 10 * 60_000);
      expect(await early()).toBe('s1, pass');
      await passed(deployment.deploy(DOMAIN, list('s2')));
      await passed(deployment.plan(DOMAIN, list('s2')));
      expect(await published()).toEqual(['s2._domainkey.example.org.']);
      expect(await early()).not.toContain('pass');
      expect(await deployment.dkim(DOMAIN)).toMatchObject(signsWith('s2'));
      expect(deployment.armed(DOMAIN)).toEqual([]);

      // A destroy leaves no record, though the list has a rotation that would be refused.
      await passed(deployment.destroy(DOMAIN, list('s3')));
      expect(await published()).toEqual([]);
      expect(await deployment.dkim(DOMAIN)).toBeNull();
    });
  });
});

describe('a stack whose other resource fails, through the real engine', () => {
  beforeEach(() => deployment.ready(domain, 's1'));

  const value = (text: string) => other(text, otherOf(domain));

  it('reverts a first apply by itself, and the next apply converges', async () => {
    await whileOtherFails(deployment, () => failed(deployment.deploy(domain, S1, value('1'))));
    expect(await deployment.dkim(domain)).toMatchObject(onS1);
    expect(deployment.armed(domain)).toHaveLength(1);

    await deployment.expire();
    expect(await deployment.dkim(domain)).toMatchObject({ SigningAttributesOrigin: 'AWS_SES' });
    expect(deployment.armed(domain)).toEqual([]);

    await passed(deployment.deploy(domain, S1, value('1')));
    expect(await deployment.dkim(domain)).toMatchObject(onS1);
    expect(deployment.armed(domain)).toEqual([]);
    await passed(deployment.plan(domain, S1, value('1')));
  });

  it('signs with the old selector after a failed rotation, where SES shows no tokens of an own key', async () => {
    const signer = async () => (await send(domain))();
    const ses = deployment.sandbox.service<SesService>('ses');
    ses.pace({ ownKeyTokens: 'none' });
    await deployment.ready(domain, 's2');
    await passed(deployment.deploy(domain, S1, value('1')));
    await whileOtherFails(deployment, () => failed(deployment.deploy(domain, S2, value('2'))));
    expect(await signer()).toBe('s2, pass');
    await deployment.expire();
    expect(await signer()).toBe('s1, pass');
    await passed(deployment.deploy(domain, S1, value('1')));
    await passed(deployment.plan(domain, S1, value('1')));
    ses.pace({ ownKeyTokens: 'selector' });
    expect(await deployment.dkim(domain)).toMatchObject(onS1);
    expect(deployment.armed(domain)).toEqual([]);
  });
});

/** The simulation proves it of every call and of any two mishaps; this is the built zip in a process that really dies. */
describe('a rotation whose function is cut off as it writes to SES', () => {
  it.each<[Fault['kind'], string]>([
    ['killBefore', 's1'],
    ['killAfter', 's2'],
  ])(
    'by %s: SES is verified with the earlier key again, and the next deploy rotates',
    async (kind, meanwhile) => {
      await deployment.ready(domain, 's1', 's2');
      await passed(deployment.deploy(domain, S1));
      const fault = deployment.sandbox.faults.add({
        operation: PUT,
        kind,
        times: 1,
        resourceIncludes: domain,
      });
      await failed(deployment.deploy(domain, S2));
      fault.remove();
      expect((await deployment.dkim(domain)).Tokens).toEqual([meanwhile]);

      await deployment.expire();
      const verified = { Status: 'SUCCESS', SigningEnabled: true };
      expect(await deployment.dkim(domain)).toMatchObject({ ...verified, Tokens: ['s1'] });
      await passed(deployment.deploy(domain, S2));
      expect(await deployment.dkim(domain)).toMatchObject({ ...verified, Tokens: ['s2'] });
      expect((await deployment.plan(domain, S2)).exitCode).toBe(0);
      expect(deployment.armed(domain)).toEqual([]);
    },
  );
});

describe('an identity that was there before, through the real engine', () => {
  const EXISTING = { ...S1, identity: 'existing' };
  const IMPORT = { ...S1, identity: 'import' };
  const signed = { Status: 'SUCCESS', SigningAttributesOrigin: 'EXTERNAL', Tokens: ['s1'] };

  /** The old process has set it. */
  beforeEach(async () => {
    await deployment.ready(domain, 's1');
    await deployment.sandbox.call('ses', 'CreateEmailIdentity', {
      EmailIdentity: domain,
      DkimSigningAttributes: {
        DomainSigningSelector: 's1',
        DomainSigningPrivateKey: deployment.keyOf('s1').privateKey.replace(/-----[^-]+-----|\s/g, ''),
      },
    });
    expect(await deployment.dkim(domain)).toMatchObject(signed);
  });

  /** Whoever answers for it gives it over. */
  const tag = () =>
    deployment.sandbox.call('ses', 'TagResource', {
      ResourceArn: `arn:aws:ses:${deployment.sandbox.region}:${deployment.sandbox.accountId}:identity/${domain}`,
      Tags: [{ Key: 'byodkim', Value: 'managed' }],
    });
  const writes = () =>
    deployment.sandbox.calls.filter(
      ({ service, operation, resource }) =>
        service === 'ses' && /^(Put|Delete)/.test(operation) && resource.endsWith(`/${domain}`),
    ).length;

  it('is taken over without a write when it already signs as wanted', async () => {
    await tag();
    await passed(deployment.deploy(domain, EXISTING));
    expect(writes()).toBe(0);
    await passed(deployment.plan(domain, EXISTING));
    await passed(deployment.destroy(domain, EXISTING));
    expect(await deployment.dkim(domain)).toMatchObject(signed);
    expect(writes()).toBe(0);
  });

  it('shows a change by hand in the plan of the next deploy, which fixes it', async () => {
    await tag();
    await passed(deployment.deploy(domain, EXISTING));
    await deployment.sandbox.call('ses', 'PutEmailIdentityDkimSigningAttributes', {
      EmailIdentity: domain,
      SigningAttributesOrigin: 'AWS_SES',
    });
    expect((await passed(deployment.deploy(domain, EXISTING))).output).toMatch(CHANGES);
    expect(await deployment.dkim(domain)).toMatchObject(signed);

    await deployment.sandbox.call('ses', 'PutEmailIdentityDkimAttributes', {
      EmailIdentity: domain,
      SigningEnabled: false,
    });
    expect((await passed(deployment.deploy(domain, EXISTING))).output).toMatch(CHANGES);
    await passed(deployment.plan(domain, EXISTING));
  });

  it('is imported by the plan, changed by its tag alone, and let go by the command of the docs', async () => {
    const docs = readFileSync(path.join(PROJECT_ROOT, 'docs', 'adoption.md'), 'utf8');
    const address = /^tofu state rm (\S+)$/m.exec(docs)![1]!;

    expect(await failed(deployment.deploy(domain, S1))).toContain('AlreadyExistsException');
    expect(await deployment.dkim(domain)).toMatchObject(signed);
    const { output } = await passed(deployment.deploy(domain, IMPORT));
    expect(output).toContain(`# ${address} will be updated in-place`);
    expect(output).toMatch(/\+ tags +=[\s\S]*"byodkim" = "managed"/);
    expect(output).toMatch(/Plan: 1 to import, \d to add, 1 to change, 0 to destroy\./);
    expect(writes()).toBe(0);
    expect(await deployment.dkim(domain)).toMatchObject(signed);
    await passed(deployment.plan(domain, IMPORT));
    await passed(deployment.plan(domain, S1));

    await passed(deployment.first.command(domain, 'state', 'rm', address));
    const left = await passed(deployment.deploy(domain, EXISTING));
    expect(left.output).not.toContain('will be destroyed');
    await passed(deployment.destroy(domain, EXISTING));
    expect(await deployment.dkim(domain)).toMatchObject(signed);
    expect(writes()).toBe(0);
  });
});
