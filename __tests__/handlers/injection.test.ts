/** Hostile text in every field of an event: whatever becomes of it, no outlet passes it on raw. */
import { ACTIONS, RESOURCES } from '../../handlers/contract/contract';
import { placesIn, valueAt, withAt } from '../support/places';
import { FakeCloud, TOPICS } from '../support/world';

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: what an engine would take for its own expression
const HOSTILE = [
  '\u001b[2J\u001b]0;owned\u0007',
  'a\nApply complete! Resources: 1 added',
  '\r\n::error file=x::forged',
  '##vso[task.setvariable variable=a]b',
  'https://evil.example/ www.evil.example',
  '`$(id)`; rm -rf /',
  '\u202egnitset\u2066',
  '${file("/etc/passwd")}',
  '<img src=x> @everyone #1',
];
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: above

/** A valid event of each kind, with something in every field. */
const SETTINGS = {
  domain: 'example.com',
  selector: 's1',
  region: 'ap-northeast-1',
  keyStore: { bucket: 'key-store', privateKey: 'dkim-certificates/k', dnsRecords: 'dns_records/r' },
  gate: { mode: 'authoritative', nameservers: ['192.0.2.1'], resolvers: ['192.0.2.2'] },
  verification: { timeoutMinutes: 60 },
  irreversible: 'refuse',
};
const EVENTS: readonly Record<string, unknown>[] = [
  ...Object.values(ACTIONS).map((action) => ({
    action,
    ...SETTINGS,
    transaction: 't1',
    arming: 1,
    step: 'check',
    drill: 'd1',
    proof: 'p',
    domains: ['example.com'],
    continues: { report: 'byodkim-audit/a.json', leg: 2 },
  })),
  ...RESOURCES.map((resource) => ({
    resource,
    ...SETTINGS,
    transaction: 't1',
    driftToken: 'd',
    stack: 'B1',
  })),
];

/** What moves a cursor, cannot be seen (save what we break commands with), or is a line that somebody else wrote. */
const RAW = /[^\P{C}\n\u2060]|[\p{Zl}\p{Zp}]|^\s*(::|##|Apply complete!)/mu;
const textsIn = (value: unknown): string[] =>
  typeof value === 'string'
    ? [value]
    : typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([key, inner]) => [key, ...textsIn(inner)])
      : [];

/** Each field gets every third text, each beginning elsewhere: so one that many events have gets them all. */
const CASES = EVENTS.flatMap((event) =>
  placesIn(event)
    .filter((at) => typeof valueAt(event, at) !== 'object')
    .map((at) => [String(event.action ?? event.resource), at.join('.'), event, at] as const),
).map((each, index) => [...each, HOSTILE.filter((_, text) => text % 3 === index % 3)] as const);

test('finds an injected text', () => {
  for (const text of ['\u001b[2J', 'a\n::error', '\u202e', 'x\nApply complete!']) expect(text).toMatch(RAW);
  expect('our own\nlines').not.toMatch(RAW);
});

test.each(CASES)('%s: %s', async (_name, _field, event, at, texts) => {
  for (const text of texts) {
    const cloud = new FakeCloud({
      environment: {
        dnsTopicArn: TOPICS.dns,
        resultTopicArn: TOPICS.result,
        auditTopicArn: TOPICS.audit,
        // Whatever is held back by what is not allowed would not be seen.
        allow: '{"nameservers":["192.0.2.1"],"resolvers":["192.0.2.2"],"irreversible":true}',
      },
    });
    cloud.ses.give('example.com');
    cloud.giveKey('example.com', 's1');
    const answer = await cloud.invoke(withAt(event, at, text)).catch((error: unknown) => error);
    const answered = answer instanceof Error ? [answer.name, answer.message] : textsIn(answer);
    const { published } = cloud.sns;
    const texts = [...answered, ...published.flatMap(({ subject, message }) => [subject, message])];
    expect(texts.filter((each) => RAW.test(each))).toEqual([]);
    expect(published.filter(({ subject }) => /\p{Cc}/u.test(subject))).toEqual([]);
    expect(published.filter(({ message }) => /https:\/\/evil|www\.evil/.test(message))).toEqual([]);
  }
});
