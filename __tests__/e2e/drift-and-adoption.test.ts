import { Deployment, passed } from '../support/deployment';

const DOMAIN = 'example.com';
const EXISTING = { selector: 's1', identity: 'existing' };
const CHANGES = 2;

describe('an identity that was there before, through the real engine', () => {
  let deployment: Deployment;
  const writes = () =>
    deployment.sandbox.calls.filter(
      ({ service, operation }) => service === 'ses' && operation.startsWith('Put'),
    ).length;

  beforeEach(async () => {
    deployment = await Deployment.start();
    await passed(deployment.deployControl());
    await deployment.ready(DOMAIN, 's1');
    await deployment.sandbox.call('ses', 'CreateEmailIdentity', {
      EmailIdentity: DOMAIN,
      Tags: [{ Key: 'byodkim', Value: 'managed' }],
      DkimSigningAttributes: {
        DomainSigningSelector: 's1',
        DomainSigningPrivateKey: deployment.keyOf('s1').privateKey.replace(/-----[^-]+-----|\s/g, ''),
      },
    });
    expect(await deployment.dkim(DOMAIN)).toMatchObject({ Status: 'SUCCESS' });
  });
  afterEach(() => deployment.close());

  it('is taken over without a write when it already signs as wanted', async () => {
    await passed(deployment.deploy(DOMAIN, EXISTING));
    expect(writes()).toBe(0);
    await passed(deployment.plan(DOMAIN, EXISTING));
    await passed(deployment.destroy(DOMAIN, EXISTING));
    expect(await deployment.dkim(DOMAIN)).toMatchObject({ Status: 'SUCCESS', Tokens: ['s1'] });
  });

  it('shows a change by hand in the next plan, and is mended by the next deploy', async () => {
    await passed(deployment.deploy(DOMAIN, EXISTING));
    await deployment.sandbox.call('ses', 'PutEmailIdentityDkimSigningAttributes', {
      EmailIdentity: DOMAIN,
      SigningAttributesOrigin: 'AWS_SES',
    });
    expect(await deployment.plan(DOMAIN, EXISTING)).toMatchObject({ exitCode: CHANGES });
    await passed(deployment.deploy(DOMAIN, EXISTING));
    expect(await deployment.dkim(DOMAIN)).toMatchObject({ Status: 'SUCCESS', Tokens: ['s1'] });
    await passed(deployment.plan(DOMAIN, EXISTING));

    await deployment.sandbox.call('ses', 'PutEmailIdentityDkimAttributes', {
      EmailIdentity: DOMAIN,
      SigningEnabled: false,
    });
    expect(await deployment.plan(DOMAIN, EXISTING)).toMatchObject({ exitCode: CHANGES });
    await passed(deployment.deploy(DOMAIN, EXISTING));
    await passed(deployment.plan(DOMAIN, EXISTING));
  });
});
