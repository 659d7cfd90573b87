import { Deployment, failed, passed } from '../support/deployment';
import { other, whileOtherFails } from '../support/failing-resource';

const S1 = { selector: 's1' };
const S2 = { selector: 's2' };
const onS1 = { SigningAttributesOrigin: 'EXTERNAL', Tokens: ['s1'], Status: 'SUCCESS', SigningEnabled: true };
const onS2 = { ...onS1, Tokens: ['s2'] };

describe('a stack whose other resource fails, through the real engine', () => {
  let deployment: Deployment;
  let domains = 0;
  let domain: string;

  beforeAll(async () => {
    deployment = await Deployment.start({ lambda: { sleep: { factor: 0.2 } } });
    await passed(deployment.deployControl());
  });
  beforeEach(async () => {
    domain = `d${domains++}.example.com`;
    await deployment.ready(domain, 's1', 's2');
  });
  afterAll(() => deployment.close());

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
