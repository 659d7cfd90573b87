import { unreadWords } from '../../../cli/words/topics';

const UNREAD = {
  topic: 'audit',
  arn: 'arn:aws:sns:eu-west-1:111122223333:ses-byodkim-audit',
  region: 'eu-west-1',
  pending: 0,
} as const;

it('names what is lost while a topic has no reader, and how to subscribe an address', () => {
  expect(unreadWords(UNREAD)).toBe(
    'No confirmed subscriber reads the topic ses-byodkim-audit in eu-west-1: nobody hears of a finding, a failed rollback or an alarm. ' +
      'Name subscribers in control.topics.audit of the list and deploy the control stack, or run:\n' +
      '  aws sns subscribe --region eu-west-1 --topic-arn arn:aws:sns:eu-west-1:111122223333:ses-byodkim-audit --protocol email --notification-endpoint ADDRESS',
  );
});

it('reports that a subscription waits for its confirmation', () => {
  expect(unreadWords({ ...UNREAD, pending: 1 })).toContain(
    '1 subscription is not confirmed: click the link in the mail that AWS sent to the address.',
  );
});
