import type { Deployment } from '../../../cli/deploy/deployment';
import { outcome } from '../../../cli/deploy/outcome';
import { withUnaskedRegions } from '../../../cli/deploy/unasked-regions';
import type { Ended, Reason } from '../../../cli/facts/outcomes';
import { hintWords } from '../../../cli/words/outcomes';
import { parseDomainList } from '../../../list/read-list';

const LIST = parseDomainList(
  `control: { keyStore: { bucket: "keys-{region}" } }
defaults: { region: eu-west-1, selector: s1 }
domains:
  example.com: { createKey: true }
  example.com@us-east-1: {}
  alone.example: {}
`,
  'domains.yaml',
);
const WHY = 'ACCESS_DENIED: AWS refused s3:GetObject.';
const NO_CHANGES: Reason = { code: 'NO_CHANGES', facts: {} };
const UNASKED = [{ code: 'UNASKED_REGION', facts: { region: 'us-east-1', why: WHY } }];

/** Returns what a deploy adds to an entry, whose function could not read the ledger of us-east-1. */
async function hintsOf(
  stack: string,
  ended: Ended,
  { reason = NO_CHANGES, action = 'deploy', why = WHY } = {},
) {
  const regions = [
    { region: 'us-east-1', selector: null, ...(why && { why }) },
    { region: 'us-west-2', selector: 's1' },
  ];
  const asked: string[] = [];
  const invoke = async ({ payload: { domain } }: { payload: { domain: string } }) => {
    asked.push(domain);
    return { payload: { statusCode: 200, domain, regions } };
  };
  const { signal } = new AbortController();
  const deployment = {
    ...{ cli: { world: { invoke, signal, env: {} } }, list: LIST, signal, action },
    pace: { turn: async () => {} },
  } as unknown as Deployment;
  const [deployed] = await withUnaskedRegions(deployment, [outcome(stack, ended, reason)]);
  return { hints: deployed!.hints, asked };
}

describe('after a deploy, a region that shares the key and could not be asked', () => {
  it.each<Ended>(['done', 'unchanged', 'waiting', 'rolled-back'])('is reported (%s)', async (ended) => {
    expect((await hintsOf('example.com', ended)).hints).toEqual(UNASKED);
  });

  it('is named with the checks that were skipped, and nothing was refused', () => {
    const words = hintWords({ code: 'UNASKED_REGION', facts: { region: 'us-east-1', why: WHY } });
    expect(words).toMatch(
      /^Warning: us-east-1 could not be asked: ACCESS_DENIED: AWS refused s3:GetObject\. /,
    );
    expect(words).toContain('were not checked. Nothing was refused for that');
  });

  it('is not reported if it has answered', async () => {
    expect((await hintsOf('example.com', 'done', { why: '' })).hints).toEqual([]);
  });

  it.each<[string, Parameters<typeof hintsOf>]>([
    ['of an entry that shares with none', ['alone.example', 'done']],
    ['of an entry that was refused, whose error names it', ['example.com', 'refused']],
    [
      'of an entry that was not planned',
      ['example.com', 'unchanged', { reason: { code: 'IN_STEP', facts: { asOf: '' } } }],
    ],
    ['in a diff', ['example.com', 'unchanged', { action: 'diff' }]],
  ])('is not asked for %s', async (_, [stack, ended, more]) => {
    expect(await hintsOf(stack, ended, more)).toEqual({ hints: [], asked: [] });
  });
});
