import { Deployment, failed, passed } from '../support/deployment';
import { other, whileOtherFails } from '../support/failing-resource';

const DOMAIN = 'example.com';
const S1 = { selector: 's1' };
const S2 = { selector: 's2' };
const MINUTE_MS = 60_000;
const onS1 = { SigningAttributesOrigin: 'EXTERNAL', Tokens: ['s1'], Status: 'SUCCESS', SigningEnabled: true };
const onS2 = { ...onS1, Tokens: ['s2'] };

describe('a stack whose other resource fails, through the real engine', () => {
  let deployment: Deployment;
  const schedules = async (): Promise<string[]> =>
    (await deployment.sandbox.call('scheduler', 'ListSchedules', { GroupName: 'ses-byodkim' })).Schedules.map(
      ({ Name }: { Name: string }) => Name,
    ).filter((name: string) => name.startsWith('byodkim-'));
  const expire = () => deployment.sandbox.clock.advance(15 * MINUTE_MS);

  beforeEach(async () => {
    deployment = await Deployment.start();
    await passed(deployment.deployControl());
    for (const selector of ['s1', 's2'])
      deployment.publish(DOMAIN, selector, await deployment.storeKey(DOMAIN, selector));
  });
  afterEach(() => deployment.close());

  it('reverts a first apply by itself, and the next apply converges', async () => {
    await whileOtherFails(deployment, () => failed(deployment.deploy(DOMAIN, S1, other('1'))));
    expect(await deployment.dkim(DOMAIN)).toMatchObject(onS1);
    expect(await schedules()).toHaveLength(1);

    await expire();
    expect(await deployment.dkim(DOMAIN)).toMatchObject({ SigningAttributesOrigin: 'AWS_SES' });
    expect(await schedules()).toEqual([]);

    await passed(deployment.deploy(DOMAIN, S1, other('1')));
    expect(await deployment.dkim(DOMAIN)).toMatchObject(onS1);
    expect(await schedules()).toEqual([]);
    await passed(deployment.plan(DOMAIN, S1, other('1')));
  });

  it.each(['before', 'after'])(
    'goes back to the old selector when a failed rotation is put back in the list %s the schedule fired',
    async (when) => {
      await passed(deployment.deploy(DOMAIN, S1, other('1')));
      await whileOtherFails(deployment, () => failed(deployment.deploy(DOMAIN, S2, other('2'))));
      expect(await deployment.dkim(DOMAIN)).toMatchObject(onS2);
      if (when === 'after') {
        await expire();
        expect(await deployment.dkim(DOMAIN)).toMatchObject(onS1);
      }
      await passed(deployment.deploy(DOMAIN, S1, other('1')));
      expect(await deployment.dkim(DOMAIN)).toMatchObject(onS1);
      await passed(deployment.plan(DOMAIN, S1, other('1')));
      await expire();
      expect(await deployment.dkim(DOMAIN)).toMatchObject(onS1);
      expect(await schedules()).toEqual([]);
    },
  );

  it.each(['before', 'after'])(
    'finishes a failed rotation that is retried %s the schedule fired',
    async (when) => {
      await passed(deployment.deploy(DOMAIN, S1, other('1')));
      await whileOtherFails(deployment, () => failed(deployment.deploy(DOMAIN, S2, other('2'))));
      if (when === 'after') await expire();
      await passed(deployment.deploy(DOMAIN, S2, other('2')));
      await expire();
      expect(await deployment.dkim(DOMAIN)).toMatchObject(onS2);
      await passed(deployment.plan(DOMAIN, S2, other('2')));
      expect(await schedules()).toEqual([]);
    },
  );

  it.each(['before', 'after'])(
    'rolls back to the very beginning when it is destroyed %s the schedule fired',
    async (when) => {
      await deployment.sandbox.call('ses', 'CreateEmailIdentity', {
        EmailIdentity: DOMAIN,
        Tags: [{ Key: 'byodkim', Value: 'managed' }],
      });
      const existing = { identity: 'existing' };
      await passed(deployment.deploy(DOMAIN, { ...S1, ...existing }, other('1')));
      await whileOtherFails(deployment, () =>
        failed(deployment.deploy(DOMAIN, { ...S2, ...existing }, other('2'))),
      );
      if (when === 'after') await expire();
      await passed(deployment.destroy(DOMAIN, { ...S2, ...existing }, other('2')));
      await expire();
      expect(await deployment.dkim(DOMAIN)).toMatchObject({
        SigningAttributesOrigin: 'AWS_SES',
        SigningEnabled: true,
      });
      expect(await schedules()).toEqual([]);
    },
  );
});
