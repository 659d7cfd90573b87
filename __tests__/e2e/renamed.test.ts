import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { ListDeployment } from '../support/list-deployment';
import { hostZone } from '../support/route53';

const DOMAIN = 'a.example.com';
const OTHER = 'b.example.com';
const RENAMED = `${DOMAIN}@ap-northeast-1`;

/** The state alone knows what a stack owns: an entry keeps it under its new name. */
describe('a renamed entry', () => {
  let deployment: ListDeployment;
  const inShell = (command: string) =>
    execFileSync('sh', ['-c', command], { cwd: deployment.stage.folder, encoding: 'utf8' });
  const identity = (EmailIdentity: string) =>
    deployment.stage.sandbox.call('ses', 'GetEmailIdentity', { EmailIdentity });

  beforeAll(async () => {
    deployment = await ListDeployment.start([DOMAIN, OTHER]);
    const { sandbox, dns } = deployment.stage;
    const hostedZoneId = await hostZone({ sandbox, dns } as never, 'example.com');
    deployment.writeList({}, {}, { createKey: true, record: { hostedZoneId } });
    expect((await deployment.run('deploy', '--all')).exitCode).toBe(0);
  });
  afterAll(() => deployment.close());

  it('is refused with the command that renames its state, and goes on as it was', async () => {
    const { listFile, sandbox } = deployment.stage;
    inShell(
      'git init -q . && git add domains.yaml && git -c user.name=a -c user.email=a@example.com commit -qm list',
    );
    writeFileSync(listFile, readFileSync(listFile, 'utf8').replace(`${DOMAIN}:`, `${RENAMED}:`));
    const command = `mv state/${DOMAIN}.tfstate state/${RENAMED}.tfstate`;

    const writes = () =>
      sandbox.calls.filter(({ operation }) => /^(Put|Create|Delete)Email/.test(operation)).length;
    const before = writes();
    const refused = await deployment.run('deploy', RENAMED, '--yes');
    expect(refused.exitCode).toBe(3);
    expect(refused.output).toContain(command);
    for (const args of [['status'], ['review'], ['deploy', '--all', '--yes']])
      expect((await deployment.run(...args)).output).toContain(command);

    inShell(/^ +(mv .*)$/m.exec(refused.output)![1]!);
    expect((await deployment.run('deploy', '--all', '--yes')).output).toMatch(/^3 unchanged\.$/m);
    const planned = await deployment.run('deploy', RENAMED, '--yes');
    expect(planned.output).toContain(`${RENAMED}  unchanged: no changes`);
    expect((await deployment.run('status')).output).not.toContain(command);
    expect(writes()).toBe(before);
    expect((await deployment.run('destroy', RENAMED, '--yes')).exitCode).toBe(0);
    await expect(identity(DOMAIN)).rejects.toThrow();
    expect(await deployment.signs(OTHER)).toBeDefined();
  });
});
