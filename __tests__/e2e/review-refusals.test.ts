import { execFileSync } from 'node:child_process';
import { copyFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { ListDeployment } from '../support/list-deployment';
import { hostZone, recordSets } from '../support/route53';

const DOMAIN = 'a.example.com';

/** What the engine or its states would refuse: a review foresees it, in the words of the deploy. */
describe('a review of an entry with records in Route 53', () => {
  let deployment: ListDeployment;
  let hostedZoneId: string;
  const inShell = (command: string) => execFileSync('sh', ['-c', command], { cwd: deployment.stage.folder });
  const commit = () =>
    inShell(
      'git add domains.yaml && git -c user.name=a -c user.email=a@example.com commit -qm list --allow-empty',
    );
  const write = (subdomain: string) =>
    deployment.writeList({}, {}, { createKey: true, record: { hostedZoneId }, mailFrom: { subdomain } });
  const mxs = async () =>
    (await recordSets({ sandbox: deployment.stage.sandbox } as never, hostedZoneId))
      .filter(({ Type }) => Type === 'MX')
      .map(({ Name }) => Name.split('.')[0])
      .sort();

  beforeAll(async () => {
    deployment = await ListDeployment.start([DOMAIN]);
    const { sandbox, dns } = deployment.stage;
    hostedZoneId = await hostZone({ sandbox, dns } as never, 'example.com');
    write('bounce');
    await deployment.passes('deploy', '--all');
    inShell('git init -q .');
    commit();
  });
  afterAll(() => deployment.close());

  it('refuses another MAIL FROM name, and the printed command keeps the earlier records', async () => {
    write('return');
    const address = /delete (aws_route53_record\.Identity_MailFrom-\S+)/g;
    const found: string[][] = [];
    for (const args of [['review'], ['diff', DOMAIN], ['deploy', DOMAIN, '--yes']]) {
      const { exitCode, output } = await deployment.run(...args);
      expect([args, exitCode]).toEqual([args, 3]);
      expect(output).toContain('MAIL_FROM_STILL_NEEDED');
      found.push([...output.matchAll(address)].map(([, each]) => each!).sort());
    }
    expect(found[0]).toHaveLength(2);
    expect(new Set(found.map(String)).size).toBe(1);

    const { cdktf, folder } = deployment.stage;
    const stack = path.join(folder, 'cdktf.out', 'stacks', DOMAIN);
    execFileSync(cdktf.engine.path, ['state', 'rm', ...found[0]!], { cwd: stack });
    expect((await deployment.run('review')).output).not.toContain('MAIL_FROM_STILL_NEEDED');
    await deployment.passes('deploy', DOMAIN, '--yes');
    expect(await mxs()).toEqual(['bounce', 'return']);
    commit();
  });

  it('is not ready if the deploy would create a record that the zone has', async () => {
    write('bounce');
    const review = await deployment.run('review');
    expect(review.exitCode).toBe(3);
    expect(review.output).toContain('MAIL_FROM_STILL_NEEDED');
    const { cdktf, folder } = deployment.stage;
    const stack = path.join(folder, 'cdktf.out', 'stacks', DOMAIN);
    const list = execFileSync(cdktf.engine.path, ['state', 'list'], { cwd: stack, encoding: 'utf8' });
    execFileSync(cdktf.engine.path, ['state', 'rm', ...list.match(/^.*_MailFrom-.*$/gm)!], { cwd: stack });
    const there = await deployment.run('review');
    expect(there.exitCode).toBe(2);
    expect(there.output).toContain(`DNS has records of bounce.${DOMAIN}, which the stack has not made.`);
    const { exitCode, output } = await deployment.run('deploy', DOMAIN, '--yes');
    expect(exitCode).toBe(1);
    expect(output).toContain('RECORD_EXISTS');
    expect(output).toMatch(/`import aws_route53_record\.Identity_MailFrom-MX-bounce-\S+ \S+_MX`/);
  });

  it('refuses an entry that two stacks have', async () => {
    const [one, other] = [DOMAIN, `${DOMAIN}@ap-northeast-1`].map((name) =>
      path.join(deployment.stage.folder, 'state', `${name}.tfstate`),
    );
    copyFileSync(one!, other!);
    for (const args of [['review'], ['diff', DOMAIN], ['deploy', DOMAIN, '--yes']]) {
      const { exitCode, output } = await deployment.run(...args);
      expect([args, exitCode]).toEqual([args, 3]);
      expect(output).toContain('DEPLOYED_TWICE');
      expect(output).toContain(
        `mv state/${DOMAIN}@ap-northeast-1.tfstate state/${DOMAIN}@ap-northeast-1.tfstate.aside`,
      );
    }
    rmSync(other!);
  });
});
