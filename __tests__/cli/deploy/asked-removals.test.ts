import { warnOfRemovals } from '../../../cli/deploy/asked-removals';
import type { Deployment } from '../../../cli/deploy/deployment';
import type { FunctionCall } from '../../../cli/world/world';
import { recordName } from '../../../handlers/contract/contract';
import { parseDomainList } from '../../../list/read-list';

const LIST = parseDomainList(
  'defaults: { region: eu-west-1, selector: s1 }\ndomains: { example.com: }\n',
  'domains.yaml',
);

/** Warns of an entry with s1 in the list, which was applied with some selector. */
async function warned(applied: string | undefined, asked = 's1') {
  let written = '';
  const calls: string[] = [];
  const invoke = async ({ payload }: FunctionCall) => {
    calls.push((payload as { action: string }).action);
    const removals = [{ selector: asked, askedAt: Date.parse('2026-12-15T10:00:00Z') }];
    return { payload: { statusCode: 200, domains: [{ removals }] } };
  };
  const { signal } = new AbortController();
  const write = (text: string) => {
    written += text;
  };
  const states = new Map([['example.com', applied && { recordName: recordName('example.com', applied) }]]);
  const cli = { world: { invoke, signal }, out: { write } };
  await warnOfRemovals({ cli, list: LIST, states, signal } as unknown as Deployment, new Map(), [
    'example.com',
  ]);
  return { written, calls };
}

test('an entry that returns to a selector is warned of the request to remove its record', async () => {
  expect((await warned('s2')).written).toBe(
    'example.com  Warning: The DNS team was asked on 2026-12-15 to remove s1._domainkey.example.com, and may still do so. ' +
      '`byodkim record example.com -s s1 --notify` asks it to keep the record; otherwise, the deploy does so once it has set SES.\n',
  );
});

test('an entry is not warned of a request about another selector', async () => {
  expect((await warned('s2', 's0')).written).toBe('');
});

test.each(['s1', undefined])(
  'no function is asked about an entry that keeps its selector (%s)',
  async (applied) => {
    expect(await warned(applied)).toEqual({ written: '', calls: [] });
  },
);
