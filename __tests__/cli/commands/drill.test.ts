import type { CliWorld } from '../../../cli/world';
import { FakeCloud } from '../../support/world';
import { functionIn } from '../support/function';
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

  it('follows a schedule from its arming until it has come back, and leaves nothing armed', async () => {
    const { exitCode, stdout } = await run();
    expect(stdout.split('\n').filter(Boolean)).toEqual([
      expect.stringMatching(
        /^ok +ap-northeast-1: the function ses-byodkim answers, in the account 111122223333$/,
      ),
      expect.stringMatching(/^ok .*schedule byodkim\/byodkim-drill-\S+ is armed for 2025-09-17T10:31/),
      expect.stringMatching(
        /^ok .*it reached the function at 2025-09-17T10:31.*, as arn:aws:iam::111122223333:role\/scheduler$/,
      ),
      expect.stringMatching(/^ok .*nothing is armed any more$/),
    ]);
    expect(exitCode).toBe(0);
    expect(cloud.scheduler.pending()).toEqual([]);
  });

  it('waits by the clock of the function, which may differ from this machine’s', async () => {
    const behind = 3 * 86_400_000;
    const mine = { ...clock(false), now: () => cloud.clock.now() - behind };
    const startedAt = cloud.clock.now();
    expect((await run({ clock: mine })).exitCode).toBe(3);
    expect(cloud.clock.now() - startedAt).toBeLessThan(400_000);
  });

  it('fails where the schedule does not come, with what to fix, and takes it away', async () => {
    const { exitCode, stdout } = await run({ clock: clock(false) });
    expect(stdout).toMatch(/FAIL ap-northeast-1: it did not reach the function within 300 s of its time/);
    expect(stdout).toMatch(
      /must trust scheduler\.amazonaws\.com .*TargetErrorCount|TargetErrorCount.*must trust/s,
    );
    expect(stdout).toContain('byodkim deploy byodkim-control-ap-northeast-1');
    expect(exitCode).toBe(3);
    expect(cloud.scheduler.pending()).toEqual([]);
  });

  it('leaves nothing armed when it is interrupted while it arms', async () => {
    const interruption = new AbortController();
    const invoke = functionIn(cloud);
    const { exitCode } = await run({
      signal: interruption.signal,
      invoke: async (call) => {
        const answer = await invoke(call);
        if ((call.payload as { step: string }).step === 'arm') interruption.abort(new Error('SIGINT'));
        call.signal.throwIfAborted();
        return answer;
      },
      clock: { now: () => cloud.clock.now(), sleep: async (_, signal) => signal?.throwIfAborted() },
    });
    expect(exitCode).toBe(130);
    expect(cloud.scheduler.pending()).toEqual([]);
  });
});
