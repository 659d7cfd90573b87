import { findMistakes } from '../../constructs/check-identity-props';
import { functionPolicy } from '../../constructs/function-policy';
import type { ByodkimIdentityProps } from '../../constructs/identity-props';

const PROPS: ByodkimIdentityProps = {
  domain: 'example.com',
  selector: 's1',
  rotate: 'automatic',
  createKey: true,
  record: { hostedZoneId: 'Z0123456789ABCDEFGHIJ' },
  selectorNaming: ['s1', 's2'],
};
const wrong = (props: Partial<ByodkimIdentityProps>) =>
  findMistakes({ ...PROPS, ...props }).map(({ prop, allowed }) => `${prop}: ${allowed}`);
const delegation = { zone: 'keys.example.net', selectors: ['a1', 'a2'] } as const;

test.each<[string, Partial<ByodkimIdentityProps>]>([
  ['two selectors in the zone of the domain', {}],
  [
    'those of a delegation',
    { selector: 'a2', selectorNaming: undefined!, record: { ...PROPS.record!, delegation } },
  ],
])('a domain may rotate by itself with %s', (_, props) => {
  expect(wrong(props)).toEqual([]);
});

test.each<[string, Partial<ByodkimIdentityProps>, string]>([
  [
    'no record in Route 53',
    { record: undefined! },
    'record: with rotate: automatic, record.hostedZoneId of a Route 53 zone',
  ],
  ['keys of others', { createKey: false }, 'createKey: with rotate: automatic, true'],
  [
    'no naming',
    { selectorNaming: undefined! },
    'selectorNaming: with rotate: automatic, two different selectors',
  ],
  [
    'a naming that does not alternate',
    { selectorNaming: 's{n}' },
    'selectorNaming: with rotate: automatic, two different',
  ],
  [
    'twice the same',
    { selectorNaming: ['s1', 's1'] },
    'selectorNaming: with rotate: automatic, two different',
  ],
  [
    'a third selector',
    { selector: 's3' },
    'selector: with rotate: automatic, one of the two that take turns, s1 or s2',
  ],
  ['keys in other places', { keyStore: { bucket: 'others' } }, 'keyStore: with rotate: automatic, none'],
  ['no look at plan time', { driftDetection: false }, 'driftDetection: with rotate: automatic, true'],
  [
    'an overlap beyond the turn',
    { overlapDays: 60, keyLifetimeDays: 90 },
    'overlapDays: with rotate: automatic, at most 30',
  ],
])('refuses to let a domain rotate by itself with %s', (_, props, expected) => {
  expect(wrong(props).join()).toContain(expected);
});

test('is granted DKIM records in the zones that are named, and nothing else', () => {
  const input = {
    partition: 'aws',
    region: 'ap-northeast-1',
    account: '123456789012',
    bucket: 'keys',
    scheduleGroup: 'byodkim',
    schedulerRoleArn: 'arn:aws:iam::123456789012:role/scheduler',
    logGroup: '/aws/lambda/byodkim',
    topicArns: [],
  };
  const ofRoute53 = (statements: ReturnType<typeof functionPolicy>) =>
    statements.filter(({ actions }) => actions.some((action) => action.startsWith('route53:')));
  expect(ofRoute53(functionPolicy(input))).toEqual([]);
  expect(ofRoute53(functionPolicy({ ...input, rotatesIn: ['Z1'] }))).toEqual([
    expect.objectContaining({
      actions: ['route53:ChangeResourceRecordSets'],
      resources: ['arn:aws:route53:::hostedzone/Z1'],
      condition: {
        'ForAllValues:StringEquals': {
          'route53:ChangeResourceRecordSetsActions': ['UPSERT'],
          'route53:ChangeResourceRecordSetsRecordTypes': ['TXT'],
        },
        'ForAllValues:StringLike': {
          'route53:ChangeResourceRecordSetsNormalizedRecordNames': ['*._domainkey.*'],
        },
      },
    }),
  ]);
});
