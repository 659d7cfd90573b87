import { readFileSync } from 'node:fs';
import path from 'node:path';
import { findHandlerErrors } from '../../cli/engine/engine';
import { PROJECT_ROOT } from '../../constructs/built-handler';
import { privateKeyObject, recordName } from '../../handlers/contract/contract';
import type { SesService } from '../../packages/sandbox/aws/services/ses';
import { Deployment, failed, passed } from '../support/deployment';
import { other, otherOf, whileOtherFails } from '../support/failing-resource';
import { send, signers } from '../support/mail';
import { hostZone, recordSets } from '../support/route53';
import { unframe } from '../support/unframe';

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
  await deployment.stopAudits();
});
afterAll(() => deployment.close());
beforeEach(() => {
  domain = `d${domains++}.example.com`;
});

const signsWith = (selector: string) => ({ ...onS1, Tokens: [selector] });

describe('a domain without a key, through the real engine', () => {
  it('whose DNS another team keeps gets a key and one notice, continues at the next apply, and keeps the key', async () => {
    const DOMAIN = 'example.com';
    const LIST = { selector: 's1', createKey: true };
    const KEY = privateKeyObject(DOMAIN, 's1');
    const told = () => deployment.notices('dns').filter(({ subject }) => subject?.includes(` ${DOMAIN} `));

    expect(await failed(deployment.deploy(DOMAIN, LIST))).toContain('DNS_TXT_NOT_READY');
    expect(await deployment.dkim(DOMAIN)).toBeNull();
    const [notice] = told();
    expect(notice!.subject).toBe('DNS record to publish for example.com (DKIM)');
    expect(notice!.message).toContain('mail@example.com');
    const made = await deployment.read(KEY);
    expect(made).toContain('PRIVATE KEY');

    // Whoever knows nothing but the notice can publish the record.
    const [, name, strings] = /^\s*(\S+)\. 300 IN TXT (".+")\s*$/m.exec(notice!.message)!;
    expect(name).toBe(recordName(DOMAIN, 's1'));
    deployment.dns.setTxt(name!, strings!.replace(/" "|"/g, ''));
    await passed(deployment.deploy(DOMAIN, LIST));
    expect(await deployment.dkim(DOMAIN)).toMatchObject(onS1);
    await passed(deployment.plan(DOMAIN, LIST));

    // Key and record are kept when it is destroyed, and taken up again.
    await passed(deployment.destroy(DOMAIN, LIST));
    expect(await deployment.dkim(DOMAIN)).toBeNull();
    await passed(deployment.deploy(DOMAIN, LIST));
    expect(await deployment.read(KEY)).toBe(made);
    expect(told()).toHaveLength(1);
  });

  it('whose zone is in Route 53 signs after one deploy, keeps the old record as long as a rotation needs it, and leaves none behind', async () => {
    const DOMAIN = 'example.org';
    const { dns } = deployment;
    const hostedZoneId = await hostZone(deployment, DOMAIN);
    const list = (selector: string, record: object = {}) => ({
      selector,
      createKey: true,
      record: { hostedZoneId, ...record },
      gate: { waitSeconds: 200 },
    });
    const published = async () => (await recordSets(deployment, hostedZoneId)).map(({ Name }) => Name);
    const name = recordName(DOMAIN, 's1');
    const told = deployment.notices('dns').length;
    // The zone's servers are behind: the first two times that they are asked they do not have it.
    dns.misbehave({ name, type: 'TXT', rcode: 'NXDOMAIN', times: 2 });
    await passed(deployment.deploy(DOMAIN, list('s1')));
    expect(dns.log.filter((question) => question.name === name).length).toBeGreaterThan(2);
    expect(await deployment.dkim(DOMAIN)).toMatchObject(onS1);
    await passed(deployment.plan(DOMAIN, list('s1')));
    expect(deployment.notices('dns')).toHaveLength(told);

    // A rotation that would remove the record which signs is not even planned.
    const output = await failed(deployment.deploy(DOMAIN, list('s2')));
    expect(findHandlerErrors(unframe(output))).toEqual([
      expect.objectContaining({
        code: 'RECORD_STILL_NEEDED',
        advice: expect.stringContaining('previousSelectors: [s1]'),
      }),
    ]);
    expect(await published()).toEqual(['s1._domainkey.example.org.']);
    expect(await deployment.dkim(DOMAIN)).toMatchObject(onS1);

    // One that names its selector keeps the record, and removes it when its mail has arrived.
    const early = await send(deployment, DOMAIN);
    const keeping = list('s2', { previousSelectors: ['s1'] });
    await passed(deployment.deploy(DOMAIN, keeping));
    expect(await deployment.dkim(DOMAIN)).toMatchObject(signsWith('s2'));
    expect(await published()).toEqual(['s1._domainkey.example.org.', 's2._domainkey.example.org.']);
    await passed(deployment.plan(DOMAIN, keeping));

    expect(await signers(deployment, await send(deployment, DOMAIN))).toBe('s2 pass');
    // The function's clock runs ahead by what its shortened sleeps have skipped.
    await deployment.sandbox.clock.advance(7 * 24 * 3_600_000 + 10 * 60_000);
    expect(await signers(deployment, early)).toBe('s1 pass');
    await passed(deployment.deploy(DOMAIN, list('s2')));
    await passed(deployment.plan(DOMAIN, list('s2')));
    expect(await published()).toEqual(['s2._domainkey.example.org.']);
    expect(await signers(deployment, early)).not.toContain('pass');
    expect(await deployment.dkim(DOMAIN)).toMatchObject(signsWith('s2'));
    expect(deployment.armed(DOMAIN)).toEqual([]);

    // A destroy leaves no record, though the list has a rotation that would be refused.
    await passed(deployment.destroy(DOMAIN, list('s3')));
    expect(await published()).toEqual([]);
    expect(await deployment.dkim(DOMAIN)).toBeNull();
  });
});

describe('a stack whose other resource fails, through the real engine', () => {
  it('signs with the old selector after a failed rotation, if SES shows no tokens of an own key', async () => {
    const value = (text: string) => other(text, otherOf(domain));
    const signer = async () => signers(deployment, await send(deployment, domain));
    const ses = deployment.sandbox.service<SesService>('ses');
    ses.pace({ ownKeyTokens: 'none' });
    await deployment.ready(domain, 's1', 's2');
    await passed(deployment.deploy(domain, S1, value('1')));
    await whileOtherFails(deployment, () => failed(deployment.deploy(domain, S2, value('2'))));
    expect(await signer()).toBe('s2 pass');
    expect(deployment.armed(domain)).toHaveLength(1);
    await deployment.expire();
    expect(await signer()).toBe('s1 pass');
    await passed(deployment.deploy(domain, S1, value('1')));
    await passed(deployment.plan(domain, S1, value('1')));
    ses.pace({ ownKeyTokens: 'selector' });
    expect(await deployment.dkim(domain)).toMatchObject(onS1);
    expect(deployment.armed(domain)).toEqual([]);
  });
});

describe('an existing identity, through the real engine', () => {
  const EXISTING = { ...S1, identity: 'existing' };
  const IMPORT = { ...S1, identity: 'import' };

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
    expect(await deployment.dkim(domain)).toMatchObject(onS1);
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

  it('shows a manual change in the plan of the next deploy, which corrects it', async () => {
    await tag();
    await passed(deployment.deploy(domain, EXISTING));
    await deployment.sandbox.call('ses', 'PutEmailIdentityDkimSigningAttributes', {
      EmailIdentity: domain,
      SigningAttributesOrigin: 'AWS_SES',
    });
    expect((await passed(deployment.deploy(domain, EXISTING))).output).toMatch(CHANGES);
    expect(await deployment.dkim(domain)).toMatchObject(onS1);

    await deployment.sandbox.call('ses', 'PutEmailIdentityDkimAttributes', {
      EmailIdentity: domain,
      SigningEnabled: false,
    });
    expect((await passed(deployment.deploy(domain, EXISTING))).output).toMatch(CHANGES);
    await passed(deployment.plan(domain, EXISTING));
  });

  it('is imported by the plan, changed only by its tag, and released by the documented command', async () => {
    const docs = readFileSync(path.join(PROJECT_ROOT, 'docs', 'adoption.md'), 'utf8');
    const address = /^tofu state rm (\S+)$/m.exec(docs)![1]!;

    expect(await failed(deployment.deploy(domain, S1))).toContain('AlreadyExistsException');
    expect(await deployment.dkim(domain)).toMatchObject(onS1);
    const { output } = await passed(deployment.deploy(domain, IMPORT));
    expect(output).toContain(`# ${address} will be updated in-place`);
    expect(output).toMatch(/\+ tags +=[\s\S]*"byodkim" = "managed"/);
    expect(output).toMatch(/Plan: 1 to import, \d to add, 1 to change, 0 to destroy\./);
    expect(writes()).toBe(0);
    expect(await deployment.dkim(domain)).toMatchObject(onS1);
    await passed(deployment.plan(domain, IMPORT));
    await passed(deployment.plan(domain, S1));

    await passed(deployment.command(domain, 'state', 'rm', address));
    const left = await passed(deployment.deploy(domain, EXISTING));
    expect(left.output).not.toContain('will be destroyed');
    await passed(deployment.destroy(domain, EXISTING));
    expect(await deployment.dkim(domain)).toMatchObject(onS1);
    expect(writes()).toBe(0);
  });
});
