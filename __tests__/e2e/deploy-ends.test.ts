import { readdirSync } from 'node:fs';
import path from 'node:path';
import { ListDeployment } from '../support/list-deployment';

const DOMAIN = 'a.example.com';

/** However a command ends: what was approved is what is applied, and the exit code is true. */
describe('a deploy', () => {
  let deployment: ListDeployment;
  beforeAll(async () => {
    deployment = await ListDeployment.start([DOMAIN]);
    expect((await deployment.run('deploy', deployment.control)).exitCode).toBe(0);
    for (const selector of ['s1', 's2']) await deployment.ready(DOMAIN, selector);
    expect((await deployment.run('deploy', '--all')).exitCode).toBe(0);
  });
  afterAll(() => deployment.close());

  it('applies the plan that was approved, whatever another terminal plans meanwhile', async () => {
    deployment.writeList({ [DOMAIN]: 's2' });
    const asked = /Only yes goes on:/;
    const first = deployment.atTerminal('deploy', DOMAIN);
    await first.printed(asked);
    const second = deployment.atTerminal('destroy', DOMAIN);
    await second.printed(asked);
    first.child.stdin.write('yes\n');
    expect((await first.ended).output).toMatch(/done: .* SES has verified it/);
    expect(await deployment.signs(DOMAIN)).toBe('s2');
    second.child.stdin.write('no\n');
    const { exitCode, output } = await second.ended;
    expect(output).toMatch(/^FOLDER_IN_USE: .* is in use by `byodkim deploy a\.example\.com` \(process \d+/m);
    expect(exitCode).toBe(1);
    expect(await deployment.signs(DOMAIN)).toBe('s2');
  });

  it('is interrupted in order when nobody reads on', async () => {
    deployment.writeList({ [DOMAIN]: 's1' });
    const { child, ended, printed } = deployment.start('deploy', DOMAIN, '--verbose');
    await printed(/Identity_Signing_\w+: Creating/);
    child.stdout.destroy();
    expect((await ended).exitCode).toBe(130);
    const state = path.join(deployment.stage.folder, 'state');
    expect(readdirSync(state).filter((name) => name.includes('lock'))).toEqual([]);
    expect((await deployment.run('deploy', DOMAIN)).exitCode).toBe(0);
    expect(await deployment.signs(DOMAIN)).toBe('s1');
    // What only reads ends as if it had been read.
    const status = deployment.start('status', DOMAIN);
    status.child.stdout.destroy();
    expect(await status.ended).toEqual({ exitCode: 0, output: '' });
  });
});
