import { readFileSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT } from '../../constructs/built-handler';
import { ENVIRONMENT } from '../../handlers/contract';
import { Deployment, FUNCTION, failed, passed } from '../support/deployment';
import { other, whileOtherFails } from '../support/failing-resource';

const S1 = { selector: 's1' };
const S2 = { selector: 's2' };
const onS1 = { SigningAttributesOrigin: 'EXTERNAL', Tokens: ['s1'], Status: 'SUCCESS', SigningEnabled: true };
const onS2 = { ...onS1, Tokens: ['s2'] };
const CHANGES = 2;

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: what an engine takes for its own expressions
const CONTACT = '${file("/etc/hosts")}';
const TAGS = {
  note: '${file("/etc/hosts")} $${x} $$${"y"}',
  '${1 + 1}': '%{ if true }yes%{ endif } %%{x}',
  quotes: '"${terraform.workspace}" \\${a}',
};
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: as above

let deployment: Deployment;
let domains = 0;
/** A new one for each test. */
let domain: string;

beforeAll(async () => {
  deployment = await Deployment.start(
    { lambda: { sleep: { factor: 0.2 } } },
    { notices: { contact: CONTACT } },
  );
  await passed(deployment.deployControl());
});
afterAll(() => deployment.close());
beforeEach(() => {
  domain = `d${domains++}.example.com`;
});

describe('the first apply of a domain, through the real engine', () => {
  it('refuses while the record is missing, passes once it is there, plans nothing then, and rolls back', async () => {
    const key = await deployment.storeKey(domain, 's1');

    expect(await failed(deployment.deploy(domain, S1))).toContain('DNS_TXT_NOT_READY');
    expect(await deployment.dkim(domain)).toBeNull();

    deployment.publish(domain, 's1', key);
    await passed(deployment.deploy(domain, S1));
    expect(await deployment.dkim(domain)).toMatchObject({
      Status: 'SUCCESS',
      SigningAttributesOrigin: 'EXTERNAL',
      SigningEnabled: true,
      Tokens: ['s1'],
    });

    await passed(deployment.plan(domain, S1));

    await passed(deployment.destroy(domain, S1));
    expect(await deployment.dkim(domain)).toBeNull();
  });
});

describe('the list is data, also to the real engine', () => {
  it('what looks like an expression arrives as the text that it is, and a second plan is empty', async () => {
    const { Configuration } = await deployment.sandbox.call('lambda', 'GetFunction', {
      FunctionName: FUNCTION,
    });
    expect(Configuration.Environment.Variables[ENVIRONMENT.noticeContact]).toBe(CONTACT);
    await deployment.ready(domain, 's1');
    await passed(deployment.deploy(domain, { ...S1, tags: TAGS }));
    const { Tags: tags } = await deployment.sandbox.call('ses', 'GetEmailIdentity', {
      EmailIdentity: domain,
    });
    expect(Object.fromEntries(tags.map(({ Key, Value }: any) => [Key, Value]))).toMatchObject(TAGS);
    await passed(deployment.plan(domain, { ...S1, tags: TAGS }));
  });
});

describe('a stack whose other resource fails, through the real engine', () => {
  beforeEach(() => deployment.ready(domain, 's1', 's2'));

  const value = (text: string) => other(text, `/other/${domain}`);

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

  it.each(['before', 'after'])(
    'goes back to the old selector when a failed rotation is put back in the list %s the schedule fired',
    async (when) => {
      await passed(deployment.deploy(domain, S1, value('1')));
      await whileOtherFails(deployment, () => failed(deployment.deploy(domain, S2, value('2'))));
      expect(await deployment.dkim(domain)).toMatchObject(onS2);
      if (when === 'after') {
        await deployment.expire();
        expect(await deployment.dkim(domain)).toMatchObject(onS1);
      }
      await passed(deployment.deploy(domain, S1, value('1')));
      expect(await deployment.dkim(domain)).toMatchObject(onS1);
      await passed(deployment.plan(domain, S1, value('1')));
      await deployment.expire();
      expect(await deployment.dkim(domain)).toMatchObject(onS1);
      expect(deployment.armed(domain)).toEqual([]);
    },
  );

  it.each(['before', 'after'])(
    'finishes a failed rotation that is retried %s the schedule fired',
    async (when) => {
      await passed(deployment.deploy(domain, S1, value('1')));
      await whileOtherFails(deployment, () => failed(deployment.deploy(domain, S2, value('2'))));
      if (when === 'after') await deployment.expire();
      await passed(deployment.deploy(domain, S2, value('2')));
      await deployment.expire();
      expect(await deployment.dkim(domain)).toMatchObject(onS2);
      await passed(deployment.plan(domain, S2, value('2')));
      expect(deployment.armed(domain)).toEqual([]);
    },
  );

  it.each(['before', 'after'])(
    'rolls back to the very beginning when it is destroyed %s the schedule fired',
    async (when) => {
      await deployment.createIdentity(domain);
      const existing = { identity: 'existing' };
      await passed(deployment.deploy(domain, { ...S1, ...existing }, value('1')));
      await whileOtherFails(deployment, () =>
        failed(deployment.deploy(domain, { ...S2, ...existing }, value('2'))),
      );
      if (when === 'after') await deployment.expire();
      await passed(deployment.destroy(domain, { ...S2, ...existing }, value('2')));
      await deployment.expire();
      expect(await deployment.dkim(domain)).toMatchObject({
        SigningAttributesOrigin: 'AWS_SES',
        SigningEnabled: true,
      });
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

  it('shows a change by hand in the next plan, and is mended by the next deploy', async () => {
    await tag();
    await passed(deployment.deploy(domain, EXISTING));
    await deployment.sandbox.call('ses', 'PutEmailIdentityDkimSigningAttributes', {
      EmailIdentity: domain,
      SigningAttributesOrigin: 'AWS_SES',
    });
    expect(await deployment.plan(domain, EXISTING)).toMatchObject({ exitCode: CHANGES });
    await passed(deployment.deploy(domain, EXISTING));
    expect(await deployment.dkim(domain)).toMatchObject(signed);
    await passed(deployment.plan(domain, EXISTING));

    await deployment.sandbox.call('ses', 'PutEmailIdentityDkimAttributes', {
      EmailIdentity: domain,
      SigningEnabled: false,
    });
    expect(await deployment.plan(domain, EXISTING)).toMatchObject({ exitCode: CHANGES });
    await passed(deployment.deploy(domain, EXISTING));
    await passed(deployment.plan(domain, EXISTING));
  });

  it('is imported by the plan, changed by its tag alone, and let go by the command of the docs', async () => {
    const docs = readFileSync(path.join(PROJECT_ROOT, 'docs', 'adoption.md'), 'utf8');
    const address = /^tofu state rm (\S+)$/m.exec(docs)![1]!;

    expect(await failed(deployment.deploy(domain, S1))).toContain('AlreadyExistsException');
    expect(await deployment.dkim(domain)).toMatchObject(signed);
    const { output } = await deployment.plan(domain, IMPORT);
    expect(output).toContain(`# ${address} will be updated in-place`);
    expect(output).toMatch(/\+ tags +=[\s\S]*"byodkim" = "managed"/);
    expect(output).toMatch(/Plan: 1 to import, \d to add, 1 to change, 0 to destroy\./);
    await passed(deployment.deploy(domain, IMPORT));
    expect(writes()).toBe(0);
    expect(await deployment.dkim(domain)).toMatchObject(signed);
    await passed(deployment.plan(domain, IMPORT));
    await passed(deployment.plan(domain, S1));

    await passed(deployment.first.command(domain, 'state', 'rm', address));
    expect((await deployment.plan(domain, EXISTING)).output).not.toContain('will be destroyed');
    await passed(deployment.deploy(domain, EXISTING));
    await passed(deployment.destroy(domain, EXISTING));
    expect(await deployment.dkim(domain)).toMatchObject(signed);
    expect(writes()).toBe(0);
  });

  it('is not made by an import of what is not there', async () => {
    await deployment.sandbox.call('ses', 'DeleteEmailIdentity', { EmailIdentity: domain });
    const { exitCode, output } = await deployment.plan(domain, IMPORT);
    expect(exitCode).toBe(1);
    // The words of an engine whose provider looks by itself, and of one whose provider leaves that to the engine.
    expect(output).toMatch(/Import returned no resources|Cannot import non-existent remote object/);
  });
});
