import type { CliWorld } from '../../../cli/world/world';
import { awsFailure, FakeCloud, TOPICS } from '../../support/world';
import { awsError, functionIn } from '../support/function';
import { byodkim, files } from '../support/terminal';

const LIST = `defaults: { region: ap-northeast-1, selector: s1 }
domains: { example.com: }
`;

describe('byodkim drill', () => {
  let cloud: FakeCloud;
  beforeEach(() => {
    cloud = new FakeCloud();
  });

  /** Time passes for the account while the operator waits. */
  const clock = (fire = true): CliWorld['clock'] => ({
    now: () => cloud.clock.now(),
    sleep: async (ms) => {
      await cloud.clock.advance(ms);
      if (fire) await cloud.fireDue();
    },
  });
  const run = (world: Partial<CliWorld> = {}, list = LIST, ...args: string[]) =>
    byodkim(['drill', ...args], {
      invoke: functionIn(cloud),
      readFile: files({ 'domains.yaml': list }),
      clock: clock(),
      ...world,
    });

  it('follows a schedule from its arming until it has fired, and leaves nothing armed', async () => {
    const { exitCode, stdout, stderr } = await run();
    expect(stderr).toMatch(
      /^ap-northeast-1: the function ses-byodkim, in the account 111122223333, has armed schedule byodkim\/byodkim-drill-\S+ for 2025-09-17T10:31/,
    );
    expect(stdout).toMatch(
      /^ok +ap-northeast-1: the schedule reached the function at 2025-09-17T10:31.*, as arn:aws:iam::111122223333:role\/scheduler$/m,
    );
    expect(exitCode).toBe(0);
    expect(cloud.scheduler.pending()).toEqual([]);
  });

  it('waits by the function’s clock, which may differ from this machine’s', async () => {
    const behind = 3 * 86_400_000;
    const mine = { ...clock(false), now: () => cloud.clock.now() - behind };
    const startedAt = cloud.clock.now();
    expect((await run({ clock: mine })).exitCode).toBe(3);
    expect(cloud.clock.now() - startedAt).toBeLessThan(400_000);
  });

  describe('of the topics', () => {
    beforeEach(() => {
      cloud = new FakeCloud({ environment: { auditTopicArn: TOPICS.audit } });
    });

    it('names a topic without readers, with the command that subscribes an address', async () => {
      cloud.sns.subscribers = { confirmed: 0, pending: 0 };
      const { exitCode, stdout } = await run();
      expect(stdout).toContain(`aws sns subscribe --region ap-northeast-1 --topic-arn ${TOPICS.audit}`);
      expect(exitCode).toBe(0);
      expect(cloud.sns.to(TOPICS.audit)).toEqual([]);
    });

    it('sends a test notice to each with --notices', async () => {
      const { stdout } = await run({}, LIST, '--notices');
      expect(stdout).toContain('topic audit: the test notice was sent to 1 confirmed subscriber');
      expect(stdout).not.toContain('aws sns subscribe');
      expect(cloud.sns.to(TOPICS.audit)).toHaveLength(1);
    });
  });

  it('fails with advice if the schedule does not fire', async () => {
    const { exitCode, stdout } = await run({ clock: clock(false) });
    expect(stdout).toMatch(
      /FAIL ap-northeast-1: the schedule did not reach the function within 300 s of its time/,
    );
    expect(stdout).toMatch(
      /must trust scheduler\.amazonaws\.com .*TargetErrorCount|TargetErrorCount.*must trust/s,
    );
    expect(stdout).toContain('byodkim deploy byodkim-control-ap-northeast-1');
    expect(exitCode).toBe(3);
  });

  it('distinguishes a function that cannot be called from one that cannot arm', async () => {
    const denied = awsError('AccessDeniedException', 403);
    const uncalled = await run({ invoke: () => Promise.reject(denied) });
    expect(uncalled.exitCode).toBe(1);
    expect(uncalled.stdout).toContain('To do: Ask for this permission');
    const answers = [functionIn(cloud)];
    const lost = await run({ invoke: (call) => answers.pop()?.(call) ?? Promise.reject(denied) });
    expect([lost.exitCode, lost.stdout]).toEqual([1, expect.stringMatching(/^FAIL ap-.*: CALLER_DENIED: /)]);
    cloud.calls.addFault({
      action: 'scheduler:CreateSchedule',
      error: awsFailure('AccessDeniedException', 'no', 403),
      times: Number.POSITIVE_INFINITY,
    });
    const unarmed = await run();
    expect(unarmed.exitCode).toBe(3);
    expect(unarmed.stdout).toMatch(/\n {5}To do: .*needs scheduler:CreateSchedule/);
    expect(JSON.parse((await run({}, LIST, '--json')).stdout)).toMatchObject({
      regions: [
        {
          region: 'ap-northeast-1',
          code: 'ACCESS_DENIED',
          advice: expect.stringContaining('iam:PassRole'),
          exitCode: 3,
        },
      ],
    });
  });
});
