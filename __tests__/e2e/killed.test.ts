import type { Fault } from '../../packages/sandbox/aws/service';
import { Deployment, failed, passed } from '../support/deployment';

const PUT = 'ses:PutEmailIdentityDkimSigningAttributes';

/** The simulation proves it of every call and of any two mishaps; this is the built zip in a process that really dies. */
describe('a rotation whose function is cut off as it writes to SES', () => {
  let deployment: Deployment;
  beforeAll(async () => {
    deployment = await Deployment.start();
    await passed(deployment.deployControl());
  });
  afterAll(() => deployment.close());

  it.each<[Fault['kind'], string]>([
    ['killBefore', 's1'],
    ['killAfter', 's2'],
  ])(
    'by %s: SES is verified with the earlier key again, and the next deploy rotates',
    async (kind, meanwhile) => {
      const domain = `${kind.toLowerCase()}.example.com`;
      await deployment.ready(domain, 's1', 's2');
      await passed(deployment.deploy(domain, { selector: 's1' }));
      const fault = deployment.sandbox.faults.add({
        operation: PUT,
        kind,
        times: 1,
        resourceIncludes: domain,
      });
      await failed(deployment.deploy(domain, { selector: 's2' }));
      fault.remove();
      expect((await deployment.dkim(domain)).Tokens).toEqual([meanwhile]);

      await deployment.expire();
      const verified = { Status: 'SUCCESS', SigningEnabled: true };
      expect(await deployment.dkim(domain)).toMatchObject({ ...verified, Tokens: ['s1'] });
      await passed(deployment.deploy(domain, { selector: 's2' }));
      expect(await deployment.dkim(domain)).toMatchObject({ ...verified, Tokens: ['s2'] });
      expect((await deployment.plan(domain, { selector: 's2' })).exitCode).toBe(0);
      expect(deployment.armed(domain)).toEqual([]);
    },
  );
});
