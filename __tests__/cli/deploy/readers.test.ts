import type { Deployment } from '../../../cli/deploy/deployment';
import { outcome } from '../../../cli/deploy/outcome';
import { findUnsubscribed, withReaders } from '../../../cli/deploy/readers';
import { unreadOf } from '../../../cli/target/topics';
import type { Ended } from '../../../cli/words/outcomes';
import { endpointName } from '../../../handlers/notices/endpoint';
import type { TopicState } from '../../../handlers/words/topics';
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
  {
    code: 'UNREAD_TOPIC',
    facts: {
      topic: 'audit',
      arn: ARN,
      region: 'eu-west-1',
      readers: 'none',
      pending: 0,
      unconfirmed: [],
      unlisted: [],
    },
  },
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

describe('subscribers of the list', () => {
  const CONTROL = 'byodkim-control-eu-west-1';
  const SECRET = 'https://hooks.example.com/secret';
  const listOf = (topic: string) =>
    parseDomainList(
      `control: { topics: { audit: ${topic} } }\ndefaults: { region: eu-west-1 }\ndomains: {}\n`,
      'domains.yaml',
    );
  const LISTED = listOf(`{ subscribers: [ops@example.com, "${SECRET}"] }`);
  const THERE = ['Ops@example.com', SECRET].map((each) => ({
    endpoint: endpointName(each),
    confirmed: false,
  }));

  const deploymentOf = (subscriptions: object[] | undefined, list = LISTED, resources = ['a']) => {
    const subscribers = { confirmed: 1, pending: 1 };
    const topics = [{ topic: 'audit', arn: ARN, subscribers, ...(subscriptions && { subscriptions }) }];
    const { signal } = new AbortController();
    const cli = { world: { invoke: async () => ({ payload: { statusCode: 200, topics } }), signal } };
    const states = new Map([[CONTROL, { resources }]]);
    return { cli, list, signal, states, action: 'deploy' } as unknown as Deployment;
  };
  const missing = async (...of: Parameters<typeof deploymentOf>) =>
    (await findUnsubscribed(deploymentOf(...of), [CONTROL])).get(CONTROL);

  it('are missing if SNS has forgotten them', async () => {
    expect(await missing(THERE.slice(1))).toEqual(['ops@example.com']);
  });

  it.each<[string, ...Parameters<typeof deploymentOf>]>([
    ['they wait to be confirmed', THERE],
    ['it is not known whom SNS has', undefined],
    ['the list leaves the subscriptions to others', [], listOf('create')],
    ['the control stack was never deployed', [], LISTED, []],
  ])('are not missing if %s', async (_, ...of) => {
    expect(await missing(...of)).toBeUndefined();
  });

  it('are named once they were asked again', async () => {
    const asked = new Map([[CONTROL, ['ops@example.com']]]);
    const ended = outcome(CONTROL, 'done', { code: 'NO_CHANGES', facts: {} });
    const [{ hints } = ended] = await withReaders(deploymentOf(THERE), [ended], asked);
    expect(hints).toEqual([{ code: 'ASKED_AGAIN', facts: { endpoints: ['ops@example.com'] } }]);
  });

  it('that were taken out before they confirmed are named, although the topic is read', async () => {
    const stranger = { endpoint: 'second@example.com', confirmed: false };
    const ended = outcome(CONTROL, 'unchanged', { code: 'NO_CHANGES', facts: {} });
    const [{ hints } = ended] = await withReaders(deploymentOf([...THERE, stranger]), [ended]);
    expect(hints).toMatchObject([{ facts: { readers: 'some', unlisted: ['second@example.com'] } }]);
  });
});

it.each([
  ['a topic whose readers cannot be counted', { error: 'It may not.' }, 'unknown'],
  ['a topic that is gone', { error: 'No such topic.', isGone: true }, 'gone'],
])('a control stack reports %s as such', (_, state, readers) => {
  const place = { functionName: 'f', region: 'eu-west-1' };
  const [found] = unreadOf(place, [{ topic: 'audit', arn: ARN, ...state } as TopicState], undefined);
  expect(found).toMatchObject({ readers, error: state.error });
});
