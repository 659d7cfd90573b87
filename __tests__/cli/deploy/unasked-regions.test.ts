import type { Deployment } from '../../../cli/deploy/deployment';
import { outcome } from '../../../cli/deploy/outcome';
import { withUnaskedRegions } from '../../../cli/deploy/unasked-regions';
import { type Ended, hintWords, type Reason } from '../../../cli/words/outcomes';
import { ACTIONS } from '../../../handlers/contract/contract';
import type { KnownDomain } from '../../../handlers/reports/known-domain';
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
  { reason = NO_CHANGES, why = WHY, isKnown = false } = {},
) {
  const regions = [
    { region: 'us-east-1', selector: null, ...(why && { why }) },
    { region: 'us-west-2', selector: 's1' },
  ];
  const asked: string[] = [];
  const invoke = async ({
    payload: { action, domains },
  }: {
    payload: { action: string; domains: string[] };
  }) => {
    asked.push(action, ...domains);
    return { payload: { statusCode: 200, domains: domains.map(() => ({ regions })) } };
  };
  const { signal } = new AbortController();
  const deployment = {
    cli: { world: { invoke, signal, env: {} } },
    list: LIST,
    signal,
  } as unknown as Deployment;
  const known = new Map(isKnown ? [[stack, { regions } as unknown as KnownDomain] as const] : []);
  const [deployed] = await withUnaskedRegions(deployment, [outcome(stack, ended, reason)], known);
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
    expect(words).toContain('were not checked. This did not stop the deploy');
  });

  it('is not reported if it has answered', async () => {
    expect((await hintsOf('example.com', 'done', { why: '' })).hints).toEqual([]);
  });

  it('is reported if the list no longer names it, since the ledger does', async () => {
    expect((await hintsOf('alone.example', 'done')).hints).toEqual(UNASKED);
  });

  it('is asked for without SES, together with the other entries of the region', async () => {
    expect((await hintsOf('example.com', 'done', { isKnown: true })).asked).toEqual([
      ACTIONS.known,
      'example.com',
    ]);
  });

  it('is taken from the answer about an entry that has not changed', async () => {
    expect(await hintsOf('example.com', 'unchanged', { isKnown: true })).toEqual({
      hints: UNASKED,
      asked: [],
    });
  });

  it.each<[string, Parameters<typeof hintsOf>]>([
    ['of an entry that was refused, whose error names it', ['example.com', 'refused']],
    [
      'of an entry that was not planned',
      ['example.com', 'unchanged', { reason: { code: 'IN_STEP', facts: { asOf: '' } } }],
    ],
  ])('is not asked for %s', async (_, of) => {
    expect(await hintsOf(...of)).toEqual({ hints: [], asked: [] });
  });
});
