import type { Deployment } from '../../../cli/deploy/deployment';
import { outcome } from '../../../cli/deploy/outcome';
import { withReaders } from '../../../cli/deploy/readers';
import type { Ended } from '../../../cli/facts/outcomes';
import { parseDomainList } from '../../../list/read-list';

const LIST = parseDomainList('defaults: { region: eu-west-1 }\ndomains: {}\n', 'domains.yaml');
const ARN = 'arn:aws:sns:eu-west-1:111122223333:ses-byodkim-audit';

async function hintsAfter(ended: Ended, confirmed: number, action = 'deploy'): Promise<unknown> {
  const subscribers = { confirmed, pending: 0 };
  const payload = { statusCode: 200, topics: [{ topic: 'audit', arn: ARN, subscribers }] };
  const { signal } = new AbortController();
  const cli = { world: { invoke: async () => ({ payload }), signal } };
  const deployment = { cli, list: LIST, signal, action } as unknown as Deployment;
  const control = outcome('byodkim-control-eu-west-1', ended, { code: 'NO_CHANGES', facts: {} });
  return (await withReaders(deployment, [control]))[0]!.hints;
}

const UNREAD = [
  { code: 'UNREAD_TOPIC', facts: { topic: 'audit', arn: ARN, region: 'eu-west-1', pending: 0 } },
];

test.each<[string, Ended, number, string, unknown]>([
  ['a topic that nobody reads, once it is made', 'done', 0, 'deploy', UNREAD],
  ['a topic that nobody reads yet', 'unchanged', 0, 'deploy', UNREAD],
  ['nothing of a topic that somebody reads', 'done', 1, 'deploy', []],
  ['nothing of a control stack that failed', 'failed', 0, 'deploy', []],
  ['nothing in a diff', 'unchanged', 0, 'diff', []],
])('a control stack reports %s', async (_, ended, confirmed, action, expected) => {
  expect(await hintsAfter(ended, confirmed, action)).toEqual(expected);
});
