import { SES_READS } from '../../cli/pace/ses-reads';
import type { LambdaService } from '../../packages/sandbox/aws/services/lambda';
import type { SchedulerService } from '../../packages/sandbox/aws/services/scheduler';
import { ListDeployment } from '../support/list-deployment';

const DOMAINS = ['a.example.com', 'b.example.com', 'c.example.com'];
const MINUTE_MS = 60_000;

describe('a list with many domains', () => {
  let deployment: ListDeployment;
  const ofSes = () => deployment.stage.sandbox.calls.filter(({ service }) => service === 'ses');
  const reads = () => ofSes().filter(({ operation }) => operation === 'GetEmailIdentity').length;
  const planned = (output: string) =>
    (output.match(/^\[ *\d+\/\d+\] \S+/gm) ?? []).map((line) => line.split(' ').at(-1));
  const deploy = async (...args: string[]): Promise<string> => {
    deployment.stage.sandbox.calls.length = 0;
    const { exitCode, output } = await deployment.run('deploy', '--all', ...args);
    return exitCode === 0 ? output : `it ended with ${exitCode}: ${output}`;
  };

  beforeAll(async () => {
    deployment = await ListDeployment.start(DOMAINS);
    expect((await deployment.run('deploy', deployment.control)).exitCode).toBe(0);
    for (const domain of DOMAINS) await deployment.ready(domain);
  });
  afterAll(() => deployment.close());

  it('is deployed with as many reads of each identity as the pace counts', async () => {
    // A sleep that is cut short would have `Confirmation` begin before `Signing` has ended, by the clock of the function.
    deployment.stage.sandbox.service<LambdaService>('lambda').configure({ sleep: 'real' });
    expect(await deploy()).toMatch(/^1 unchanged, 3 done\.$/m);
    const { applyOfPart, signing, confirmation } = SES_READS;
    const ofEach = applyOfPart + signing + confirmation;
    expect(reads()).toBe(ofEach * DOMAINS.length);
  });

  it('asks SES nothing if nothing has changed, and starts one engine for one changed entry', async () => {
    const unchanged = await deploy();
    expect(planned(unchanged)).toEqual([deployment.control]);
    expect(unchanged).toMatch(
      /^3 entries are not planned: applied as listed, signing and MAIL FROM in step when last seen/m,
    );
    expect(unchanged).toMatch(/^4 unchanged\.$/m);
    expect(ofSes()).toEqual([]);

    await deployment.ready('b.example.com', 's2');
    deployment.writeList({ 'b.example.com': 's2' });
    const changed = await deploy();
    expect(changed).toMatch(/^Planned: b\.example\.com: its configuration has changed\.$/m);
    expect(planned(changed)).toEqual([deployment.control, 'b.example.com']);
    expect(new Set(ofSes().map(({ resource }) => resource)).size).toBe(1);
  });

  it('gives precedence to a revert that fires while all are planned, at one call to SES per second', async () => {
    const { sandbox } = deployment.stage;
    const scheduler = sandbox.service<SchedulerService>('scheduler');
    await deployment.ready('c.example.com', 's2');
    const selectors = { 'b.example.com': 's2', 'c.example.com': 's2' };
    deployment.writeList(selectors, {}, { sendEmailRoles: ['no-such-role'] });
    expect((await deployment.run('deploy', 'c.example.com')).exitCode).not.toBe(0);
    deployment.writeList({ 'b.example.com': 's2' });
    const armed = scheduler.schedules().find(({ Name }) => /^byodkim-c\./.test(Name))!;
    deployment.keepTime();
    sandbox.calls.length = 0;

    const refresh = deployment.start('deploy', '--all', '--refresh');
    while (reads() === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    const firedAt = sandbox.clock.now();
    await scheduler.fire(armed.Name, armed.GroupName);
    const { exitCode, output } = await refresh.ended;

    expect(exitCode === 0 ? 'deployed' : output).toBe('deployed');
    expect(planned(output)).toHaveLength(1 + DOMAINS.length);
    const put = sandbox.calls.find(({ operation }) => operation === 'PutEmailIdentityDkimSigningAttributes')!;
    expect([put.resource, put.outcome]).toEqual([expect.stringContaining('c.example.com'), 'ok']);
    expect(put.at - firedAt).toBeLessThan(MINUTE_MS);
    sandbox.sesRate.requestsPerSecond = Number.POSITIVE_INFINITY;
    expect(await deployment.allSign()).toEqual(['s1', 's2', 's1']);
  });
});

describe('a first deploy of twenty domains, at one call to SES per second', () => {
  const MOST_REFUSED = 0.05;
  let deployment: ListDeployment;

  beforeAll(async () => {
    deployment = await ListDeployment.start(Array.from({ length: 20 }, (_, at) => `d${at}.example.com`));
    expect((await deployment.run('deploy', deployment.control)).exitCode).toBe(0);
    for (const domain of deployment.domains) await deployment.ready(domain);
  });
  afterAll(() => deployment.close());

  it('has at most a twentieth of its calls refused', async () => {
    const { sandbox } = deployment.stage;
    deployment.keepTime();
    sandbox.calls.length = 0;
    const { exitCode, output } = await deployment.run('deploy', '--all');
    expect(exitCode === 0 ? 'deployed' : output).toBe('deployed');
    const calls = sandbox.calls.filter(({ service }) => service === 'ses');
    const refused = calls.filter(({ outcome }) => outcome === 'TooManyRequestsException');
    expect(refused.length / calls.length).toBeLessThanOrEqual(MOST_REFUSED);
  });
});
