import { ListDeployment } from '../support/list-deployment';

const DOMAIN = 'example.com';

/** The life of a domain is in cdktf-life.test.ts. */
describe('a first deploy by cdktf alone', () => {
  let deployment: ListDeployment;
  beforeAll(async () => {
    deployment = await ListDeployment.start([DOMAIN]);
  });
  afterAll(() => deployment.close());

  it('names the command that comes first, and then takes the domain by its name', async () => {
    const { control } = deployment;
    const all = await deployment.cdktf('deploy', '*');
    expect(all.output).toContain(`run \`cdktf deploy ${control}\` first.`);
    expect(all.output).toContain('Function not found');
    expect(all.exitCode).toBe(1);

    await deployment.ready(DOMAIN);
    const { output, exitCode } = await deployment.cdktf('deploy', DOMAIN);
    expect(output).toMatch(/Apply complete! Resources: \d+ added, 0 changed, 0 destroyed/);
    expect(exitCode).toBe(0);
    expect(await deployment.signs(DOMAIN)).toBe('s1');
  });
});
