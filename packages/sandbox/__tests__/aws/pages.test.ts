import { pagesOf } from '../../aws/pages';
import { type Sandbox, startSandbox } from '../../aws/sandbox';
import { makeRole } from '../lambda/deployment';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ sesRequestsPerSecond: Number.POSITIVE_INFINITY });
});
afterAll(() => sandbox.close());

const GROUP = { logGroupName: 'group-a' };
const SCHEDULE = {
  ScheduleExpression: 'rate(1 day)',
  FlexibleTimeWindow: { Mode: 'OFF' },
  Target: { Arn: 'arn:aws:lambda:ap-northeast-1:123456789012:function:f', Input: '{}' },
};

/** What is made under each of these names, in this order, and the answer's names for it. */
const NAMES = ['c', 'a', 'b'];

interface Listing {
  /** What has to be there first. */
  readonly stage?: () => Promise<unknown>;
  readonly make: (name: string) => Promise<unknown>;
  /** What narrows the list to what was made. */
  readonly input?: object;
  readonly nameOf: (item: any) => string;
  readonly names?: readonly string[];
}

const LISTINGS: Readonly<Record<string, Listing>> = {
  'logs:FilterLogEvents': {
    stage: async () => {
      await sandbox.call('logs', 'CreateLogGroup', GROUP);
      await sandbox.call('logs', 'CreateLogStream', { ...GROUP, logStreamName: 's' });
    },
    make: (message) =>
      sandbox.call('logs', 'PutLogEvents', {
        ...GROUP,
        logStreamName: 's',
        logEvents: [{ timestamp: sandbox.clock.now(), message }],
      }),
    input: GROUP,
    nameOf: ({ message }) => message,
    // As they were written.
    names: NAMES,
  },
  'scheduler:ListSchedules': {
    stage: () => makeRole(sandbox, 's', 'scheduler.amazonaws.com'),
    make: (Name) =>
      sandbox.call('scheduler', 'CreateSchedule', {
        Name,
        ...SCHEDULE,
        Target: { ...SCHEDULE.Target, RoleArn: 'arn:aws:iam::123456789012:role/s' },
      }),
    nameOf: ({ Name }) => Name,
  },
};

/** Page by page, as AWS's clients go on. */
async function pagesOfList(name: string, input: object, size?: number): Promise<any[][]> {
  const [service, operation] = name.split(':') as [string, string];
  const {
    input_token: token,
    output_token: next,
    limit_key: limit,
    more_results: more,
    result_key,
  } = pagesOf(service, operation)!;
  const pages: any[][] = [];
  for (let at: string | undefined; ; ) {
    const output = await sandbox.call(service, operation, {
      ...input,
      ...(limit && { [limit]: size }),
      [token]: at,
    });
    pages.push(output[[result_key].flat()[0]!]);
    at = output[next];
    if (more) expect(output[more]).toBe(at !== undefined);
    if (at === undefined) return pages;
  }
}

describe.each(Object.entries(LISTINGS))('%s', (name, { stage, make, input = {}, nameOf, names }) => {
  beforeAll(async () => {
    await stage?.();
    for (const each of NAMES) await make(each);
  });

  it('cuts pages of the size that is asked for, in an order of its own, and leaves nothing out', async () => {
    const pages = await pagesOfList(name, input, 2);
    expect(pages.map((page) => page.map(nameOf))).toEqual(
      ((all) => [all.slice(0, 2), all.slice(2)])(names ?? [...NAMES].sort()),
    );
    const whole = await pagesOfList(name, input);
    expect(whole).toEqual([pages.flat()]);
  });

  it('refuses a token that it never gave', async () => {
    const [service, operation] = name.split(':') as [string, string];
    const { input_token: token } = pagesOf(service, operation)!;
    await expect(sandbox.call(service, operation, { ...input, [token]: 'nonsense' })).rejects.toMatchObject({
      statusCode: 400,
      code: expect.stringMatching(/^(Invalid|Validation)/),
    });
  });
});
