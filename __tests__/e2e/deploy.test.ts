import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { usableEngine } from '../../packages/engine/engine-guard';
import type { SesService } from '../../packages/sandbox/aws/services/ses';
import type { Operation } from '../../packages/sandbox/contract/service';
import { FUNCTION } from '../support/deployment';
import { ListDeployment } from '../support/list-deployment';

const A = 'a.example.com';
const B = 'b.example.com';
const C = 'c.example.com';

/** The command through the life of a list: each test continues from the state that the one before has left. */
describe('a deploy', () => {
  let deployment: ListDeployment;
  let stage: ListDeployment['stage'];
  let run: ListDeployment['run'];
  let control: string;
  beforeAll(async () => {
    deployment = await ListDeployment.start([A, B, C]);
    ({ stage, run, control } = deployment);
  });
  afterAll(() => deployment.close());

  const locks = () => readdirSync(path.join(stage.folder, 'state')).filter((name) => name.includes('lock'));

  it('finishes each entry regardless of the others, and ends with who has to do what', async () => {
    expect((await run('deploy', control)).exitCode).toBe(0);
    for (const domain of [A, C]) await deployment.ready(domain);
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

  it('plans entries that were not ready or have changed, and no others', async () => {
    await deployment.ready(B);
    deployment.writeList({ [C]: 's2' });
    await deployment.ready(C, 's2');
    const { exitCode, output } = await run('deploy', '--all');
    expect(exitCode).toBe(0);
    const planned = [...output.matchAll(/^\[\d\/\d\] (\S+)/gm)].map(([, stack]) => stack);
    expect(planned.slice(1).sort()).toEqual([B, C]);
    expect(output).toMatch(/^1 entry is not planned: /m);
    expect(await deployment.allSign()).toEqual(['s1', 's1', 's2']);
  });

  it('finishes running stacks when interrupted, leaves no lock, and prints the finished outcomes', async () => {
    deployment.writeList({ [A]: 's3', [B]: 's3', [C]: 's2' });
    for (const domain of [A, B]) await deployment.ready(domain, 's3');
    // The second waits for its turn at SES meanwhile.
    const { child, ended, printed } = deployment.startAtPace('deploy', '--all', '--concurrency', '1');
    await printed(/^\[1\/2\]/m);
    child.kill('SIGINT');
    const { exitCode, output } = await ended;
    expect(exitCode).toBe(130);
    expect(output).toMatch(/^\[1\/2\] a\.example\.com +done/m);
    expect(output).toMatch(/^\[2\/2\] b\.example\.com +not begun/m);
    expect(locks()).toEqual([]);
    // Whoever deploys again finds nothing in the way.
    expect((await run('deploy', '--all')).exitCode).toBe(0);
    expect(await deployment.allSign()).toEqual(['s3', 's3', 's2']);
  });

  it('waits for SES, and ends a stack whose completion requires verification after that', async () => {
    const ses = stage.sandbox.service<SesService>('ses');
    deployment.writeList({ [A]: 's4', [B]: 's3', [C]: 's2' }, {}, { verification: { required: true } });
    await deployment.ready(A, 's4');
    ses.pace({ delayMs: 20 * 60_000 });
    const { ended, printed } = deployment.start('deploy', '--all');
    await printed(/^a\.example\.com {2}waits for SES, 15 min/m);
    await stage.sandbox.clock.advance(25 * 60_000);
    const { exitCode, output } = await ended;
    ses.pace({ delayMs: 0 });
    expect(output).toMatch(
      /^\[\d\/3\] a\.example\.com +waits for SES: the stack is done once SES has verified the key/m,
    );
    expect(output).toMatch(/^a\.example\.com {2}done: SES has verified it/m);
    expect(output).toMatch(/^\[1\/1\] a\.example\.com +done: .*SES has verified it/m);
    expect(output).toMatch(/^1 unchanged, 3 done\.$/m);
    expect(exitCode).toBe(0);
  });

  it('applies the approved plan, whatever another terminal plans in the meantime', async () => {
    deployment.writeList({ [A]: 's3' });
    const asked = /Type "yes" to continue:/;
    const first = deployment.atTerminal('deploy', A);
    expect(await first.printed(asked)).toMatch(
      /a\.example\.com: rotates from s4 to s3\r?\n {2}If the domain sends,[^\r\n]*\r?\n\[1/,
    );
    const second = deployment.atTerminal('destroy', A);
    await second.printed(asked);
    first.child.stdin.write('yes\n');
    expect((await first.ended).output).toMatch(/done: .* SES has verified it/);
    expect(await deployment.signs(A)).toBe('s3');
    second.child.stdin.write('no\n');
    const { exitCode, output } = await second.ended;
    expect(output).toMatch(/FOLDER_IN_USE: .* is in use by `byodkim deploy a\.example\.com` \(process \d+/);
    expect(exitCode).toBe(1);
    expect(await deployment.signs(A)).toBe('s3');
  });

  it('refuses to plan with a different release of the engine, and names both', async () => {
    const folder = path.join(stage.folder, 'other');
    mkdirSync(folder);
    const { kind, path: program, version } = usableEngine();
    const answer = `{"terraform_version": "${version}9"}`;
    const script = `#!/bin/sh\nif [ "$1" = version ]; then echo '${answer}'; else exec '${program}' "$@"; fi\n`;
    writeFileSync(path.join(folder, kind), script, { mode: 0o755 });
    const PATH = `${folder}${path.delimiter}${process.env.PATH}`;
    const { output } = await deployment.startWith({ PATH }, 'diff', A).ended;
    expect(output).toMatch(
      new RegExp(`^Engine: \\w+ ${version}9 \\(.*\\); before, it was \\w+ ${version}\\.$`, 'm'),
    );
    expect(output).toMatch(/^2 unchanged\.$/m);
  });

  it('is refused if its state is empty, which an engine takes for none', async () => {
    const file = path.join(stage.folder, 'state', `${A}.tfstate`);
    const state = readFileSync(file);
    writeFileSync(file, '');
    const { exitCode, output } = await run('deploy', A);
    writeFileSync(file, state);
    expect(output).toMatch(/^Error +STATE_BROKEN$/m);
    expect(exitCode).toBe(3);
  });

  it('is interrupted in order if nobody reads its output', async () => {
    deployment.writeList({ [A]: 's4' });
    const { child, ended, printed } = deployment.start('deploy', A, '--verbose');
    await printed(/Identity_Signing_\w+: Creating/);
    child.stdout.destroy();
    expect((await ended).exitCode).toBe(130);
    expect(locks()).toEqual([]);
    expect((await run('deploy', A)).exitCode).toBe(0);
    expect(await deployment.signs(A)).toBe('s4');
    // What only reads ends as if it had been read.
    const status = deployment.start('status', A);
    status.child.stdout.destroy();
    expect(await status.ended).toEqual({ exitCode: 0, output: '' });
  });

  it('plans a resource again that an apply could not change in place', async () => {
    deployment.writeList({ [A]: 's4', [B]: 's3', [C]: 's2' }, {}, { tags: { team: 'mail' } });
    const fault = stage.sandbox.faults.add({ operation: 'ses:TagResource', kind: 'deny', admin: true });
    expect((await run('deploy', '--all')).output).toMatch(/^1 unchanged, 3 failed\.$/m);
    fault.remove();
    // Resources of an apply that has begun may exist in part, although the list has the last complete configuration.
    deployment.writeList({ [A]: 's4', [B]: 's3', [C]: 's2' });
    expect((await run('deploy', '--all')).output).not.toMatch(/not planned/);
    deployment.writeList({ [A]: 's4', [B]: 's3', [C]: 's2' }, {}, { tags: { team: 'mail' } });
    expect((await run('deploy', '--all')).output).toMatch(/^1 unchanged, 3 done\.$/m);
  });

  it('plans a resource again that its engine has changed in place before it was killed', async () => {
    const { sandbox } = stage;
    const operations = sandbox.service('ses').operations as Record<string, Operation>;
    const { TagResource } = operations;
    deployment.writeList({ [A]: 's4', [B]: 's3', [C]: 's2' }, {}, { tags: { team: 'mail', urgent: 'yes' } });
    const { kill, ended } = deployment.startKillable('deploy', A);
    operations.TagResource = {
      ...TagResource!,
      run: async (...call) => {
        const answer = await TagResource!.run(...call);
        kill();
        return answer;
      },
    };
    expect((await ended).output).toMatch(/^Error +ENGINE_KILLED$/m);
    operations.TagResource = TagResource!;
    deployment.writeList({ [A]: 's4', [B]: 's3', [C]: 's2' }, {}, { tags: { team: 'mail' } });
    expect((await run('deploy', '--all')).exitCode).toBe(0);
    const { Tags } = await sandbox.call('ses', 'GetEmailIdentity', { EmailIdentity: A });
    expect(Tags.map(({ Key }: { Key: string }) => Key)).not.toContain('urgent');
    expect((await run('deploy', '--all')).output).toMatch(/^3 entries are not planned: /m);
  });

  it('plans nothing for the MAIL FROM domain that it has set itself, but does for a person’s change to it', async () => {
    const { sandbox, dns } = stage;
    const selectors = { [A]: 's4', [B]: 's3', [C]: 's2' };
    for (const domain of [A, B, C]) {
      dns.setRecords(`bounce.${domain}`, 'MX', [`10 feedback-smtp.${sandbox.region}.amazonses.com`]);
      dns.setTxt(`bounce.${domain}`, 'v=spf1 include:amazonses.com ~all');
    }
    /** Lets CloudTrail deliver, and the audit of changes run. */
    const later = () => sandbox.clock.advance(10 * 60_000);
    const mailFrom = async () =>
      (await sandbox.call('ses', 'GetEmailIdentity', { EmailIdentity: A })).MailFromAttributes;
    deployment.writeList(selectors, {}, { tags: { team: 'mail' }, mailFrom: { subdomain: 'bounce' } });
    expect((await run('deploy', '--all')).output).toMatch(/, 3 done\.$/m);
    await later();
    const from = sandbox.calls.length;
    expect((await run('deploy', '--all')).output).toMatch(/^3 entries are not planned: /m);
    expect(sandbox.calls.slice(from).filter(({ service }) => service === 'ses')).toEqual([]);

    await sandbox.call('ses', 'PutEmailIdentityMailFromAttributes', {
      EmailIdentity: A,
      MailFromDomain: `other.${A}`,
      BehaviorOnMxFailure: 'REJECT_MESSAGE',
    });
    await later();
    const { output } = await run('deploy', '--all');
    expect(output).toMatch(/^Planned: a\.example\.com: MAIL_FROM_CHANGED was found\.$/m);
    expect(output).toMatch(/^\[1\/1\] a\.example\.com +done: 0 added, 1 changed/m);
    expect(await mailFrom()).toMatchObject({ MailFromDomain: `bounce.${A}` });
    await later();
    expect((await run('deploy', '--all')).output).toMatch(/^3 entries are not planned: /m);
  });

  it('reports after a destroy the state of SES, which record may go and when, and which key stays', async () => {
    const { output } = await run('destroy', A, '--yes');
    const text = output.replace(/\s+/g, ' ');
    expect(text).toMatch(/a\.example\.com: SES has no identity any more, and refuses mail from it\./);
    expect(text).toMatch(/record s4\._domainkey\.a\.example\.com until 20\d\d-\d\d-\d\d:/);
    expect(text).toMatch(/stays at s3:\/\/example-dkim-keys\/dkim-certificates\/a\.example\.com\/s4\//);
    expect(await deployment.allSign()).toEqual([undefined, 's3', 's2']);
  });

  it('does not destroy the control stack while a revert is armed for a domain outside the list', async () => {
    const { region, accountId } = stage.sandbox;
    const armed = { Name: 'byodkim-other.example.com-0123456789ab-1', GroupName: FUNCTION };
    await stage.sandbox.call('scheduler', 'CreateSchedule', {
      ...armed,
      ScheduleExpression: 'at(2099-01-01T00:00:00)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: {
        Arn: `arn:aws:lambda:${region}:${accountId}:function:${FUNCTION}`,
        RoleArn: `arn:aws:iam::${accountId}:role/${FUNCTION}-${region}-scheduler`,
        Input: '{}',
      },
    });
    const { exitCode, output } = await run('destroy', '--all', control, '--yes');
    expect(output).toMatch(/^Error +CHANGES_OPEN$/m);
    expect(output).toContain(armed.Name);
    expect(exitCode).toBe(3);
  });
});
