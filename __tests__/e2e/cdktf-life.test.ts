import { recordName } from '../../handlers/contract/contract';
import { ENGINES } from '../../packages/terraform/__tests__/engine/engines';
import { ListDeployment } from '../support/list-deployment';
import { unframe } from '../support/unframe';

const DOMAIN = 'example.com';

/** Each test continues from the state that the one before has left. */
describe.each(ENGINES)('the life of a domain by cdktf alone, with $title', ({ engine }) => {
  let deployment: ListDeployment;
  beforeAll(async () => {
    deployment = await ListDeployment.start([DOMAIN], engine);
  });
  afterAll(() => deployment.close());

  const signs = () => deployment.signs(DOMAIN);

  async function passes(...words: Parameters<ListDeployment['cdktf']>): Promise<string> {
    const { exitCode, output } = await deployment.cdktf(...words);
    if (exitCode !== 0) throw new Error(`${words.join(' ')} ended with ${exitCode}:\n${output}`);
    return unframe(output);
  }

  async function fails(...words: Parameters<ListDeployment['cdktf']>): Promise<string> {
    const { exitCode, output } = await deployment.cdktf(...words);
    expect(exitCode).toBe(1);
    return unframe(output);
  }

  it('names the command that comes first before a domain is deployed', async () => {
    const output = await fails('deploy', DOMAIN);
    expect(output).toContain(`run \`cdktf deploy ${deployment.control}\` first.`);
    expect(output).not.toContain('--ignore-missing-stack-dependencies');
    await passes('deploy', deployment.control);
  });

  it('refuses the first deploy until the record is published', async () => {
    await deployment.ready(DOMAIN);
    const { dns } = deployment.stage;
    dns.setRecords(recordName(DOMAIN, 's1'), 'TXT', []);
    const output = await fails('deploy', DOMAIN);
    expect(output).toContain('DNS_TXT_NOT_READY');
    expect(await signs()).toBeUndefined();
    await deployment.ready(DOMAIN);
    await passes('deploy', DOMAIN);
    expect(await signs()).toBe('s1');
  });

  it('rotates to another selector, which the plan shows', async () => {
    deployment.writeList({ [DOMAIN]: 's2' });
    await deployment.ready(DOMAIN, 's2');
    expect(await passes('diff', DOMAIN)).toMatch(/selector += "s1" -> "s2"/);
    expect(await signs()).toBe('s1');
    await passes('deploy', DOMAIN);
    expect(await signs()).toBe('s2');
  });

  it('rolls back if something else in the stack fails', async () => {
    deployment.writeList(
      { [DOMAIN]: 's3' },
      {},
      { sendEmailRoles: ['no-such-role'], confirmTimeoutMinutes: 10 },
    );
    await deployment.ready(DOMAIN, 's3');
    expect(await fails('deploy', DOMAIN)).toContain('no-such-role');
    expect(await signs()).toBe('s3');
    await deployment.stage.later(15);
    expect(await signs()).toBe('s2');
    deployment.writeList({ [DOMAIN]: 's2' });
    await passes('deploy', DOMAIN);
    expect(await signs()).toBe('s2');
  });

  it('destroys the domain, and leaves the control stack', async () => {
    await passes('destroy', DOMAIN);
    expect(await signs()).toBeUndefined();
    expect(await passes('diff', deployment.control)).toContain('No changes.');
  });
});
