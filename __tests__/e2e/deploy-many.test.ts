import { readdirSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT } from '../../constructs/built-handler';
import type { SesService } from '../../packages/sandbox/aws/services/ses';
import { ListDeployment } from '../support/list-deployment';

const DOMAINS = ['a.example.com', 'b.example.com', 'c.example.com'];

describe('the deploy of many', () => {
  let deployment: ListDeployment;
  let stage: ListDeployment['stage'];
  let run: ListDeployment['run'];
  let control: string;
  beforeAll(async () => {
    deployment = await ListDeployment.start(DOMAINS);
    ({ stage, run, control } = deployment);
  });
  afterAll(() => deployment.close());

  const selectors = { 'a.example.com': 's3', 'b.example.com': 's3', 'c.example.com': 's2' };

  it('takes each to its end whatever becomes of the others, and says at the end who has to do what', async () => {
    expect((await run('deploy', control)).exitCode).toBe(0);
    await deployment.ready('a.example.com');
    await deployment.ready('c.example.com');
    const { exitCode, output } = await run('deploy', '--all', '--concurrency', '2');
    expect(output).toMatch(/^\[\d\/3\] a\.example\.com +done: \d added/m);
    expect(output).toMatch(/^\[\d\/3\] b\.example\.com +refused: CERTIFICATE_NOT_FOUND/m);
    expect(output).toMatch(
      /^Error +CERTIFICATE_NOT_FOUND\nDomain +b\.example\.com\nReason +There is no private key at\s+s3:\/\/example-dkim-keys\//m,
    );
    expect(output).toMatch(/^SES now +as before; nothing was written$/m);
    expect(output).toMatch(/^Who +/m);
    expect(output.match(/^To do /gm)).toHaveLength(1);
    expect(output).not.toMatch(/Drift detected|will be created|errorType|Plan: /);
    expect(output.match(/CERTIFICATE_NOT_FOUND/g)).toHaveLength(2);
    expect(output).toMatch(/^1 unchanged, 2 done, 1 refused\.$/m);
    expect(exitCode).toBe(2);
    expect(await deployment.allSign()).toEqual(['s1', undefined, 's1']);
  });

  it('then plans what was not ready and what has changed, and not the rest', async () => {
    await deployment.ready('b.example.com');
    deployment.writeList({ 'c.example.com': 's2' });
    await deployment.ready('c.example.com', 's2');
    const { exitCode, output } = await run('deploy', '--all');
    expect(exitCode).toBe(0);
    const found = output.match(/^\[\d\/\d\] \S+/gm) ?? [];
    expect(
      found
        .map((line) => line.split(' ')[1])
        .slice(1)
        .sort(),
    ).toEqual(DOMAINS.slice(1));
    expect(output).toMatch(/^1 entry is not planned: /m);
    expect(await deployment.allSign()).toEqual(['s1', 's1', 's2']);
  });

  it('when interrupted ends what has begun, leaves no lock, and prints the finished outcomes', async () => {
    deployment.writeList(selectors);
    for (const domain of DOMAINS.slice(0, 2)) await deployment.ready(domain, 's3');
    const { child, ended, printed } = deployment.start('deploy', '--all', '--concurrency', '1');
    await printed(/^\[1\/2\]/m);
    child.kill('SIGINT');
    const { exitCode, output } = await ended;
    expect(exitCode).toBe(130);
    expect(output).toMatch(/^\[1\/2\] a\.example\.com +done/m);
    expect(output).toMatch(/^\[2\/2\] b\.example\.com +not begun/m);
    const state = path.join(stage.folder, 'state');
    expect(readdirSync(state).filter((name) => name.includes('lock'))).toEqual([]);
    // Whoever deploys again finds nothing in the way.
    expect((await run('deploy', '--all')).exitCode).toBe(0);
    expect(await deployment.allSign()).toEqual(['s3', 's3', 's2']);
  });

  const pace = (minutes: number) =>
    stage.sandbox.service<SesService>('ses').pace({ delayMs: minutes * 60_000 });
  const later = (minutes: number) => stage.sandbox.clock.advance(minutes * 60_000);
  const s4 = { ...selectors, 'a.example.com': 's4' };

  it('waits for SES, and then ends a stack that is not done before', async () => {
    deployment.writeList(s4, {}, { verification: { required: true } });
    await deployment.ready('a.example.com', 's4');
    pace(20);
    const { ended, printed } = deployment.start('deploy', '--all');
    await printed(/^a\.example\.com {2}waits for SES, 15 min/m);
    await later(25);
    const { exitCode, output } = await ended;
    expect(output).toMatch(
      /^\[\d\/3\] a\.example\.com +waits for SES: the stack is done once it has verified/m,
    );
    expect(output).toMatch(/^a\.example\.com {2}done: SES has verified it/m);
    expect(output).toMatch(/^\[1\/1\] a\.example\.com +done: .*SES has verified it/m);
    expect(output).toMatch(/^1 unchanged, 3 done\.$/m);
    expect(exitCode).toBe(0);
  });

  it('can be interrupted while it waits, and ends with 2 until SES has verified what was set', async () => {
    deployment.writeList(selectors, {});
    pace(20);
    const first = deployment.start('deploy', 'a.example.com', '--verbose');
    await first.printed(/ {2}waits for SES, /);
    first.child.kill('SIGTERM');
    const interrupted = await first.ended;
    expect(interrupted.output).toMatch(/^\[1\/1\] a\.example\.com +waits for SES: \d added/m);
    expect(interrupted.output).toMatch(/^a\.example\.com: not verified by SES yet; /m);
    // On request the plan is printed, once, and no JSON.
    expect(interrupted.output.match(/^Plan: /gm)).toHaveLength(1);
    expect(interrupted.output).not.toContain('errorType');
    expect(interrupted.exitCode).toBe(130);
    const again = await run('deploy', 'a.example.com', '--wait', '0');
    expect(again.output).toMatch(/^1 unchanged, 1 waits for SES\.$/m);
    expect(again.exitCode).toBe(2);
    await later(25);
    pace(0);
    const { exitCode, output } = await run('deploy', 'a.example.com');
    expect(output).toMatch(/^2 unchanged\.$/m);
    expect(exitCode).toBe(0);
  });

  it('ends with one block and its advice without credentials', async () => {
    const env = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', TF_REATTACH_PROVIDERS: '' };
    // With a provider of its own, which signs in by itself.
    const { exitCode, output } = await deployment.startWith(env, 'deploy', 'b.example.com').ended;
    expect(output).toMatch(/^Engine: (Terraform|OpenTofu) \d/m);
    expect(output.match(/^Error +\w+$/gm)).toEqual(['Error    NOT_SIGNED_IN']);
    expect(output).toMatch(/^To do +Sign in /m);
    expect(exitCode).toBe(1);
  });

  it('shows no changes then, and destroys one when told so, leaving the others and the control plane', async () => {
    const inTheTree = readdirSync(PROJECT_ROOT);
    const diff = await run('diff', 'a.example.com');
    expect(diff.output.match(/unchanged: no changes/g)).toHaveLength(2);
    expect(diff.exitCode).toBe(0);

    const destroyed = await run('destroy', 'a.example.com', '--yes');
    expect(destroyed.exitCode === 0 ? 'destroyed' : destroyed.output).toBe('destroyed');
    expect(await deployment.allSign()).toEqual([undefined, 's3', 's2']);
    const { Functions } = await stage.sandbox.call('lambda', 'ListFunctions', {});
    expect(Functions).toHaveLength(1);
    expect(readdirSync(PROJECT_ROOT).filter((name) => !inTheTree.includes(name))).toEqual([]);
  });

  it('refuses a plan that would delete an identity, and changes nothing', async () => {
    deployment.writeList(selectors, {}, { identity: 'existing' });
    const { exitCode, output } = await run('deploy', 'b.example.com');
    expect(output).toMatch(/^Error +IDENTITY_PROTECTED$/m);
    expect(output).toMatch(/Nothing\s+was changed\. The plan:/);
    expect(exitCode).toBe(3);
    expect(await deployment.signs('b.example.com')).toBe('s3');
  });

  it('does not destroy the control stack while a revert is armed that the list does not know of', async () => {
    const region = stage.region;
    const { Functions } = await stage.sandbox.call('lambda', 'ListFunctions', {});
    const { GroupName } = { GroupName: Functions[0].FunctionName };
    const { Role } = await stage.sandbox.call('iam', 'GetRole', {
      RoleName: `${GroupName}-${region}-scheduler`,
    });
    const armed = { Name: 'byodkim-other.example.com-0123456789ab-1', GroupName };
    await stage.sandbox.call('scheduler', 'CreateSchedule', {
      ...armed,
      ScheduleExpression: 'at(2099-01-01T00:00:00)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { Arn: Functions[0].FunctionArn, RoleArn: Role.Arn, Input: '{}' },
    });
    deployment.writeList(selectors);
    const { exitCode, output } = await run('destroy', '--all', control, '--yes');
    expect(output).toMatch(/^Error +CHANGES_OPEN$/m);
    expect(output).toContain(armed.Name);
    expect(exitCode).toBe(3);
  });
});
