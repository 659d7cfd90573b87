import { readFileSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT } from '../../constructs/built-handler';
import { Deployment, failed, passed } from '../support/deployment';

const EXISTING = { selector: 's1', identity: 'existing' };
const IMPORT = { selector: 's1', identity: 'import' };
const MANAGED = { selector: 's1' };
const CHANGES = 2;
const signed = { Status: 'SUCCESS', SigningAttributesOrigin: 'EXTERNAL', Tokens: ['s1'] };

describe('an identity that was there before, through the real engine', () => {
  let deployment: Deployment;
  let domains = 0;
  let domain: string;

  beforeAll(async () => {
    deployment = await Deployment.start();
    await passed(deployment.deployControl());
  });
  afterAll(() => deployment.close());
  /** The old process has set it. */
  beforeEach(async () => {
    domain = `d${domains++}.example.com`;
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

    expect(await failed(deployment.deploy(domain, MANAGED))).toContain('AlreadyExistsException');
    expect(await deployment.dkim(domain)).toMatchObject(signed);
    const { output } = await deployment.plan(domain, IMPORT);
    expect(output).toContain(`# ${address} will be updated in-place`);
    expect(output).toMatch(/\+ tags +=[\s\S]*"byodkim" = "managed"/);
    expect(output).toMatch(/Plan: 1 to import, \d to add, 1 to change, 0 to destroy\./);
    await passed(deployment.deploy(domain, IMPORT));
    expect(writes()).toBe(0);
    expect(await deployment.dkim(domain)).toMatchObject(signed);
    await passed(deployment.plan(domain, IMPORT));
    await passed(deployment.plan(domain, MANAGED));

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
