import type { Deployment } from '../../../cli/deploy/deployment';
import { outcome } from '../../../cli/deploy/outcome';
import { awaitVerification } from '../../../cli/deploy/verification';
import { SesPace } from '../../../cli/pace/ses-pace';
import type { StatusAnswer } from '../../../cli/target/function';
import type { Outcome, Reason } from '../../../cli/words/outcomes';
import type { Cli } from '../../../cli/world/cli';
import { VirtualClock } from '../../support/world/virtual-clock';

const STATUS = {
  statusCode: 200,
  selector: 's1',
  ses: { status: 'PENDING' },
  drifted: false,
  waiting: true,
  unverified: null,
  last: null,
} as unknown as StatusAnswer;
const VERIFIED = { ...STATUS, ses: { status: 'SUCCESS' } } as StatusAnswer;
const STACKS = ['a.example', 'b.example', 'c.example'];
const NO_CHANGES: Reason = { code: 'NO_CHANGES', facts: {} };
const APPLIED: Reason = { code: 'APPLIED', facts: { add: 5, change: 0, remove: 0, isVerified: false } };
const WAITING = STACKS.map((stack) => outcome(stack, 'waiting', APPLIED, { awaits: 'verification' }));

/** DNS in which each domain has a policy that refuses mail. */
const findTexts = async ({ name }: { name: string }) => ({
  servers: [
    { address: '192.0.2.1:53', values: name.startsWith('_dmarc.') ? ['v=DMARC1; p=reject'] : [], also: [] },
  ],
  hosts: [],
  limits: [],
});

describe('waiting for SES after a deploy', () => {
  /** Waits for SES. @param answer the answer about a domain at a second of the wait */
  async function wait(
    answer: (domain: string, second: number) => StatusAnswer,
    { seconds = 900, outcomes = WAITING as readonly Outcome[], signal = new AbortController().signal } = {},
  ) {
    const clock = new VirtualClock(0);
    const asked: number[] = [];
    const lines: string[] = [];
    const invoke = async ({ payload }: { payload: { domain: string } }) => {
      asked.push(clock.now());
      return { payload: answer(payload.domain, clock.now() / 1000) };
    };
    const out = {
      progress: { show: () => {}, during: (_: object, work: Promise<unknown>) => work },
      write: (text: string) => void lines.push(text.trimEnd()),
    };
    const cli = { world: { clock, invoke, signal, lookUp: findTexts }, out } as unknown as Cli;
    const domains = STACKS.map((domain) => ({ stack: domain, domain, region: 'us-east-1', selector: 's1' }));
    const deployment = {
      cli,
      list: { domains, control: {} },
      pace: new SesPace(clock),
      signal,
      waitSeconds: seconds,
    } as unknown as Deployment;
    const ended = await awaitVerification(deployment, outcomes);
    return {
      asked,
      lines,
      seconds: clock.now() / 1000,
      ended: ended.map((each) => [each.stack, each.ended]),
      hints: ended.map(({ hints }) => hints.map(({ code }) => code)),
    };
  }

  it('ends once SES has verified all, with a line for each as it is verified', async () => {
    const { ended, lines, seconds } = await wait((domain, second) =>
      second >= (domain === 'b.example' ? 30 : 100) ? VERIFIED : STATUS,
    );
    expect(ended).toEqual(WAITING.map(({ stack }) => [stack, 'done']));
    const minutes = (line: string) => line.replace(/\d+ min/, 'N min');
    expect(lines.slice(0, 3).map(minutes)).toEqual(
      STACKS.map((stack) => `${stack}  waits for SES, N min at most: SES reports PENDING`),
    );
    expect(minutes(lines[3]!)).toBe('b.example  done: SES has verified it (N min)');
    expect(lines.slice(4).map(minutes).sort()).toEqual([
      'a.example  done: SES has verified it (N min)',
      'a.example  waits for SES, N min at most: SES reports PENDING',
      'c.example  done: SES has verified it (N min)',
      'c.example  waits for SES, N min at most: SES reports PENDING',
    ]);
    expect(seconds).toBeLessThan(130);
  });

  // Ten seconds, less the time to finish a stack that is done only then.
  it.each([
    [1, 3],
    [2, 4.1],
  ])('checks %i entries at most %f s after SES has verified', async (entries, most) => {
    const outcomes = WAITING.slice(0, entries);
    for (let at = 1; at < 200; at += 3) {
      const { seconds } = await wait((_, second) => (second >= at ? VERIFIED : STATUS), { outcomes });
      expect(seconds - at).toBeLessThanOrEqual(most);
    }
  });

  it('asks about one entry at a time, at SES’s total rate', async () => {
    const { asked } = await wait(() => STATUS, { seconds: 120 });
    const pauses = asked.slice(1).map((at, index) => at - asked[index]!);
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(1_000);
    expect(asked.length).toBeGreaterThan(20);
  });

  it('ends when its time is over, and asks only once if it must not wait', async () => {
    const over = await wait(() => STATUS, { seconds: 60 });
    expect(over.ended).toEqual(WAITING.map(({ stack }) => [stack, 'waiting']));
    expect(over.seconds).toBeLessThan(70);
    const once = await wait(() => STATUS, { seconds: 0 });
    expect([once.asked.length, once.lines]).toEqual([3, []]);
  });

  it.each<[string, Partial<StatusAnswer>]>([
    ['SES had not verified it in time', { waiting: false, unverified: { selector: 's1' } as never }],
    ['its revert was fired by hand', { waiting: false, selector: 's0' }],
    ['a person has changed SES', { drifted: true }],
  ])('ends an entry as rolled back if %s', async (_, answer) => {
    const { ended } = await wait((domain) => (domain === 'b.example' ? { ...STATUS, ...answer } : VERIFIED));
    expect(ended).toContainEqual(['b.example', 'rolled-back']);
  });

  it.each(['reverting', 'rollback-failed'])(
    'does not call an entry rolled back while its rollback has not ended: %s',
    async (event) => {
      const { ended, lines } = await wait((domain) =>
        domain === 'b.example'
          ? ({
              ...STATUS,
              waiting: false,
              unverified: { selector: 's1' },
              last: { event, at: '' },
            } as StatusAnswer)
          : VERIFIED,
      );

      expect(ended).toContainEqual(['b.example', 'rolling-back']);
      expect(lines.join('\n')).toContain('b.example  is being rolled back: the rollback has begun');
    },
  );

  it('continues if another change waits after one that SES had not verified', async () => {
    const { ended } = await wait(() => ({ ...STATUS, unverified: { selector: 's1' } as never }), {
      seconds: 30,
    });
    expect(ended[0]).toEqual(['a.example', 'waiting']);
  });

  it('asks again if the function could not be asked', async () => {
    const { ended } = await wait((_, second) => {
      if (second < 20) throw Object.assign(new Error('Busy.'), { name: 'TooManyRequestsException' });
      return VERIFIED;
    });
    expect(ended).toEqual(WAITING.map(({ stack }) => [stack, 'done']));
  });

  it('asks nothing about entries that do not wait', async () => {
    const outcomes = [
      outcome('a.example', 'refused', { code: 'ERROR', facts: { error: 'DNS_TXT_NOT_READY' } }),
      outcome('b.example', 'done', APPLIED),
      outcome('c.example', 'unchanged', NO_CHANGES),
    ];
    expect((await wait(() => VERIFIED, { outcomes })).asked).toEqual([]);
  });

  it('does not mention an unchanged entry that SES has since verified', async () => {
    const outcomes = [outcome('a.example', 'unchanged', NO_CHANGES, { awaits: 'verification' })];
    const since = await wait(() => VERIFIED, { outcomes });
    expect([since.ended, since.lines, since.seconds]).toEqual([[['a.example', 'unchanged']], [], 0]);
    expect((await wait(() => STATUS, { outcomes, seconds: 0 })).ended).toEqual([['a.example', 'waiting']]);
  });

  it('ends at an interrupt with the results so far', async () => {
    const interruption = new AbortController();
    const { ended, seconds } = await wait(
      (domain, second) => {
        if (second > 10) interruption.abort();
        return domain === 'a.example' ? VERIFIED : STATUS;
      },
      { signal: interruption.signal },
    );
    expect(ended).toEqual([
      ['a.example', 'done'],
      ['b.example', 'waiting'],
      ['c.example', 'waiting'],
    ]);
    expect(seconds).toBeLessThan(60);
  });

  it('describes for each waiting domain what receivers do with its mail in the meantime', async () => {
    const { hints } = await wait((domain) => (domain === 'a.example' ? VERIFIED : STATUS), { seconds: 5 });
    expect(hints).toEqual([[], ['UNSIGNED_MAIL'], ['UNSIGNED_MAIL']]);
  });

  it('names what SES refuses, and not what receivers would do with it', async () => {
    const refused = { ...STATUS, ses: { ...STATUS.ses, verifiedForSending: false } } as StatusAnswer;
    const { hints } = await wait((domain) => (domain === 'a.example' ? VERIFIED : refused), { seconds: 5 });
    expect(hints).toEqual([[], ['MAY_NOT_SEND'], ['MAY_NOT_SEND']]);
  });
});
