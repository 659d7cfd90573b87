import type { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { events } from '../../../handlers/aws/events';

const ARN = 'arn:aws:ses:eu-west-1:111122223333:identity/example.com';
const PLACE = { domain: 'example.com', region: 'eu-west-1' };

const bus = (answer: object = {}) => {
  const sent: PutEventsCommand['input'][] = [];
  const client = {
    send: async ({ input }: PutEventsCommand) => {
      sent.push(input);
      return answer;
    },
  };
  return { sent, events: events(client as never, () => ARN) };
};

test('an event names its source and the identity that it is about', async () => {
  const { sent, events } = bus();
  await events.put([{ detailType: 'BYODKIM Finding', detail: { a: 1 }, place: PLACE }]);
  const [entry] = sent[0]!.Entries!;
  expect(entry).toEqual({
    Source: 'byodkim',
    DetailType: 'BYODKIM Finding',
    Detail: '{"a":1}',
    Resources: [ARN],
  });
});

test('at most ten are sent at a time', async () => {
  const { sent, events } = bus();
  await events.put(Array.from({ length: 23 }, () => ({ detailType: 'T', detail: {} })));
  expect(sent.map(({ Entries }) => Entries!.length)).toEqual([10, 10, 3]);
});

test('fails if one of them was refused', async () => {
  const refused = { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized' };
  const { events } = bus({ FailedEntryCount: 1, Entries: [{ EventId: '1' }, refused] });
  await expect(events.put([{ detailType: 'T', detail: {} }])).rejects.toMatchObject({
    name: 'NotAuthorizedForSourceException',
    message: 'Not authorized',
  });
});
