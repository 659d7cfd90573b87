import { type RegionTopic, topicsWords } from '../../../cli/words/topics';

const arnOf = (name: string, region = 'eu-west-1') =>
  `arn:aws:sns:${region}:111122223333:ses-byodkim-${name}`;
const UNREAD: RegionTopic = {
  region: 'eu-west-1',
  topic: 'audit',
  arn: arnOf('audit'),
  readers: 'none',
  pending: 0,
  unconfirmed: [],
  unlisted: [],
};

it('names what is lost while a topic has no reader, and how to subscribe an address', () => {
  expect(topicsWords([UNREAD])).toBe(
    [
      'Not every notice is known to have a reader:',
      `  ${arnOf('audit')}  nobody: nobody hears of a finding, a failed rollback or an alarm`,
      'To subscribe an address, name it in control.topics of the list and deploy the control stack, or run:',
      `  aws sns subscribe --region eu-west-1 --topic-arn ${arnOf('audit')} --protocol email --notification-endpoint ADDRESS`,
    ].join('\n'),
  );
});

it('is one table with one command for several topics', () => {
  const text = topicsWords([UNREAD, { ...UNREAD, topic: 'dns', arn: arnOf('dns') }]);
  expect(text.split('\n')).toEqual([
    'Not every notice is known to have a reader:',
    `  ${arnOf('audit')}  nobody: nobody hears of a finding, a failed rollback or an alarm`,
    `  ${arnOf('dns')}    nobody: the DNS team gets no request for a record`,
    expect.stringContaining('To subscribe an address'),
    '  aws sns subscribe --region eu-west-1 --topic-arn TOPIC --protocol email --notification-endpoint ADDRESS',
  ]);
});

it('names who has not confirmed, and by when they have to', () => {
  const text = topicsWords([{ ...UNREAD, pending: 1, unconfirmed: ['ops@example.com'] }]);
  expect(text).toContain('nobody yet (not confirmed: ops@example.com): nobody hears');
  expect(text).toContain('within 48 hours');
  expect(topicsWords([{ ...UNREAD, pending: 2 }])).toContain('(not confirmed: 2 subscriptions)');
});

it('names who can still confirm although the list does not name them, also on a topic that is read', () => {
  const unlisted = ['second@example.com'];
  expect(topicsWords([{ ...UNREAD, readers: 'some', pending: 1, unconfirmed: unlisted, unlisted }])).toMatch(
    /^The list does not name second@example\.com, but .* can still confirm and then receives every notice of \S+ses-byodkim-audit\.$/,
  );
});

it('reports a topic that is gone, with the command that makes it again, and none that subscribes to it', () => {
  const text = topicsWords([{ ...UNREAD, readers: 'gone' }]);
  expect(text).toContain('the topic is gone: nobody hears of a finding');
  expect(text).toContain('byodkim deploy byodkim-control-eu-west-1');
  expect(text).not.toContain('aws sns');
});

it.each<[string, Partial<RegionTopic>, string]>([
  ['of a topic', {}, arnOf('audit')],
  ['of a region whose function does not answer', { topic: null, arn: null }, 'all topics of eu-west-1'],
])('reports that the readers %s are not known', (_, more, name) => {
  const text = topicsWords([{ ...UNREAD, readers: 'unknown', error: 'It may not.', ...more }]);
  expect(text).toContain(`  ${name}  readers not known: It may not.`);
  expect(text).not.toContain('aws sns');
});
