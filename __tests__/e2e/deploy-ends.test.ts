import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { usableEngine } from '../../packages/engine/engine-guard';
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
    expect(await first.printed(asked)).toMatch(/a\.example\.com: rotates from s1 to s2\r?\n\[1/);
    const second = deployment.atTerminal('destroy', DOMAIN);
    await second.printed(asked);
    first.child.stdin.write('yes\n');
    expect((await first.ended).output).toMatch(/done: .* SES has verified it/);
    expect(await deployment.signs(DOMAIN)).toBe('s2');
    second.child.stdin.write('no\n');
    const { exitCode, output } = await second.ended;
    expect(output).toMatch(/FOLDER_IN_USE: .* is in use by `byodkim deploy a\.example\.com` \(process \d+/);
    expect(exitCode).toBe(1);
    expect(await deployment.signs(DOMAIN)).toBe('s2');
  });

  it('plans nothing with another release of the engine, and names both', async () => {
    const folder = path.join(deployment.stage.folder, 'other');
    mkdirSync(folder);
    const { kind, path: program, version } = usableEngine();
    const answer = `{"terraform_version": "${version}9"}`;
    const script = `#!/bin/sh\nif [ "$1" = version ]; then echo '${answer}'; else exec '${program}' "$@"; fi\n`;
    writeFileSync(path.join(folder, kind), script, { mode: 0o755 });
    const PATH = `${folder}${path.delimiter}${process.env.PATH}`;
    const { output } = await deployment.startWith({ PATH }, 'diff', DOMAIN).ended;
    expect(output).toMatch(
      new RegExp(`^Engine: \\w+ ${version}9 \\(.*\\); before, it was \\w+ ${version}\\.$`, 'm'),
    );
    expect(output).toMatch(/^2 unchanged\.$/m);
  });

  it('is refused where its state is empty, which an engine takes for none', async () => {
    const file = path.join(deployment.stage.folder, 'state', `${DOMAIN}.tfstate`);
    const state = readFileSync(file);
    writeFileSync(file, '');
    const { exitCode, output } = await deployment.run('deploy', DOMAIN);
    writeFileSync(file, state);
    expect(output).toMatch(/^Error +STATE_BROKEN$/m);
    expect(exitCode).toBe(3);
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

  it('says after a destroy what SES has, which record may go and when, and which key stays', async () => {
    const { output } = await deployment.run('destroy', DOMAIN, '--yes');
    const text = output.replace(/\s+/g, ' ');
    expect(text).toMatch(/a\.example\.com: SES has no identity any more, and refuses mail from it\./);
    expect(text).toMatch(/record s1\._domainkey\.a\.example\.com may go from 20\d\d-\d\d-\d\d on/);
    expect(text).toMatch(/stays at s3:\/\/example-dkim-keys\/dkim-certificates\/a\.example\.com\/s1\//);
    // Then nothing needs the control stack.
    const control = await deployment.run('destroy', deployment.control, '--yes');
    expect(control.output).toContain('BucketNotEmpty');
  });
});
