import { Deployment, failed, passed } from '../support/deployment';

const DOMAIN = 'example.com';
const LIST = { selector: 's1' };

describe('the first apply of a domain, through the real engine', () => {
  let deployment: Deployment;

  beforeAll(async () => {
    deployment = await Deployment.start();
    await passed(deployment.deployControl());
  });
  afterAll(() => deployment.close());

  it('refuses while the record is missing, passes once it is there, plans nothing then, and rolls back', async () => {
    const key = await deployment.storeKey(DOMAIN, 's1');

    expect(await failed(deployment.deploy(DOMAIN, LIST))).toContain('DNS_TXT_NOT_READY');
    expect(await deployment.dkim(DOMAIN)).toBeNull();

    deployment.publish(DOMAIN, 's1', key);
    await passed(deployment.deploy(DOMAIN, LIST));
    expect(await deployment.dkim(DOMAIN)).toMatchObject({
      Status: 'SUCCESS',
      SigningAttributesOrigin: 'EXTERNAL',
      SigningEnabled: true,
      Tokens: ['s1'],
    });

    await passed(deployment.plan(DOMAIN, LIST));

    await passed(deployment.destroy(DOMAIN, LIST));
    expect(await deployment.dkim(DOMAIN)).toBeNull();
  });
});
