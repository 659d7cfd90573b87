import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findLostHomes } from '../../../cli/engine/lost-homes';
import type { DomainList } from '../../../list/domain-list';

const TOKYO = 'ap-northeast-1';
const VIRGINIA = 'us-east-1';
const HOME = 'example.com';
const OTHER = 'example.com@us-east-1';

const resource = (name: string, event: object) => ({
  mode: 'managed',
  type: 'aws_lambda_invocation',
  name: `Identity_${name}`,
  instances: [{ attributes: { input: JSON.stringify({ resource: name, ...event }) } }],
});

/** The state of a stack in a region, applied with the key of another region's. */
const stateIn = (region: string, home?: string) => ({
  version: 4,
  resources: [
    resource('Baseline', { region }),
    resource('Signing', {
      region,
      rotation: { sharedWith: [{ region: home ?? VIRGINIA, bucket: 'keys', ...(home && { home: true }) }] },
    }),
  ],
});
const DESTROYED = { version: 4, resources: [] };

describe('a stack without an entry', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'byodkim-homes-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Finds lost homes where these states are, and the list has these entries. */
  function found(states: Readonly<Record<string, object>>, listed: readonly (readonly [string, string])[]) {
    for (const [stack, state] of Object.entries(states))
      writeFileSync(path.join(folder, `${stack}.tfstate`), JSON.stringify(state));
    const domains = listed.map(([stack, region]) => ({ stack, region, domain: stack.split('@')[0] }));
    return findLostHomes({ backend: { type: 'local', folder }, domains } as unknown as DomainList);
  }
  const BOTH = { [HOME]: stateIn(TOKYO), [OTHER]: stateIn(VIRGINIA, TOKYO) };
  const LEFT = [[OTHER, VIRGINIA]] as const;

  it('is a home if an entry of the list was applied with its key', async () => {
    expect(await found(BOTH, LEFT)).toEqual([{ stack: HOME, others: [OTHER] }]);
  });

  it.each<[string, Parameters<typeof found>[0], Parameters<typeof found>[1]]>([
    ['it is in the list', BOTH, [[HOME, TOKYO], ...LEFT]],
    ['the list has it under another name', BOTH, [[`${HOME}@${TOKYO}`, TOKYO], ...LEFT]],
    ['it was destroyed', { ...BOTH, [HOME]: DESTROYED }, LEFT],
    ['the others were destroyed', { ...BOTH, [OTHER]: DESTROYED }, LEFT],
    ['the others were applied with keys of their own', { ...BOTH, [OTHER]: stateIn(VIRGINIA) }, LEFT],
    ['it is not the home', { ...BOTH, [OTHER]: stateIn(VIRGINIA, 'eu-west-1') }, LEFT],
    ['it is of another domain', BOTH, [['example.org', TOKYO]]],
    ['nothing is deployed', {}, LEFT],
  ])('is not a home if %s', async (_, states, listed) => {
    expect(await found(states, listed)).toEqual([]);
  });
});
