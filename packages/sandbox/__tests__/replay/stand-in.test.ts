import { type Sandbox, startSandbox } from '../../aws/sandbox';
import { DATA_SOURCES, RESOURCES } from '../../provider/resources';
import { type Asked, RECORDED } from './recorded-inputs';
import { prepareForReplay } from './replay';
import { type CallsByType, lifeOf } from './stand-in';
import { blocksOf } from './stand-in-blocks';

/** Where the stand-in, which is 6.25.0, asks otherwise than 5.46.0 was recorded to ask. */
const EXCEPTIONS: readonly { readonly recorded: string; readonly asked: string; readonly because: string }[] =
  [
    {
      recorded: 'logs:ListTagsLogGroup {"logGroupName":"/aws/lambda/ses-byodkim"}',
      asked:
        'logs:ListTagsForResource {"resourceArn":"arn:aws:logs:ap-northeast-1:123456789012:log-group:/aws/lambda/ses-byodkim"}',
      because: 'since 6.0.0 tags of log groups are listed by ARN: AWS has deprecated the other way',
    },
  ];

const lineOf = ({ phase, operation, input }: Asked): string => {
  const line = `${operation} ${input}`;
  return `${phase} ${EXCEPTIONS.find(({ asked }) => asked === line)?.recorded ?? line}`;
};
const linesOf = (calls: readonly Asked[]): string[] => [...new Set(calls.map(lineOf))].sort();
const without = (lines: readonly string[], others: readonly string[]): string[] =>
  lines.filter((line) => !others.includes(line));

describe('what the stand-in provider asks', () => {
  let sandbox: Sandbox;
  let calls: CallsByType;
  beforeAll(async () => {
    sandbox = await startSandbox({ sesRequestsPerSecond: Number.POSITIVE_INFINITY });
    const { ZONE } = await prepareForReplay(sandbox);
    calls = await lifeOf(sandbox, blocksOf(ZONE!), { [ZONE!]: 'ZONE' });
  });
  afterAll(() => sandbox.close());

  const types = [...Object.keys(RESOURCES), ...Object.keys(DATA_SOURCES).map((name) => `data.${name}`)];
  it.each(types)('for %s is no more than what the real one asks', (type) => {
    const asked = calls.get(type) ?? [];
    expect(asked.length).toBeGreaterThan(0);
    expect(without(linesOf(asked), linesOf(RECORDED))).toEqual([]);
  });

  it('misses nothing that the real one asks, with the same parameters, in the same phase', () => {
    expect(without(linesOf(RECORDED), linesOf([...calls.values()].flat()))).toEqual([]);
  });

  it('would show where it parts', () => {
    const [invocation] = calls.get('aws_lambda_invocation')!;
    const unqualified = { ...invocation!, input: invocation!.input.replace(',"Qualifier":"$LATEST"', '') };
    expect(without(linesOf([unqualified]), linesOf(RECORDED))).toHaveLength(1);
    const early = { ...invocation!, phase: 'plan' as const };
    expect(without(linesOf([early]), linesOf(RECORDED))).toHaveLength(1);
  });

  it('has no exception that is none any more', () => {
    const lines = [...calls.values()].flat().map(({ operation, input }) => `${operation} ${input}`);
    for (const { asked } of EXCEPTIONS) expect(lines).toContain(asked);
  });
});
