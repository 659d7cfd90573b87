import { Redactor } from '../../../handlers/errors/redact';
import {
  describeNotRestorable,
  type NotRestorable,
  todoOfNotRestorable,
} from '../../../handlers/words/not-restorable';
import { KEY, poisoned } from './poison';

const record = {
  recordName: 's1._domainkey.example.com',
  expectedFingerprint: 'SHA256:a',
  servers: [],
  asked: 2,
  isUnknown: false,
};
const SELECTOR = { selector: 's1' };
const PLACE = { place: 's3://key-store/s1' };

const REASONS: { readonly [Kind in NotRestorable['kind']]: NotRestorable & { readonly kind: Kind } } = {
  replica: { kind: 'replica', origin: 'AWS_SES_EU_WEST_1' },
  origin: { kind: 'origin', origin: 'OTHER' },
  'no-selector': { kind: 'no-selector' },
  'other-key': { kind: 'other-key', ...SELECTOR, fingerprint: 'SHA256:b' },
  unproved: { kind: 'unproved', ...SELECTOR, record },
  'no-key': { kind: 'no-key', ...SELECTOR, ...PLACE },
  'unusable-key': { kind: 'unusable-key', ...SELECTOR, problem: 'It has 512 bits' },
  'key-gone': { kind: 'key-gone', ...PLACE },
  'key-overwritten': { kind: 'key-overwritten', ...PLACE },
};

describe.each(Object.values(REASONS))('the reason %j', (reason) => {
  it('is a clause', () => {
    expect(describeNotRestorable(reason)).toMatch(/^(?!.*(undefined|\[object)).*[^.]$/);
  });

  it('shows no private key, wherever its facts hold one', () => {
    expect(new Redactor().redact(describeNotRestorable(poisoned(reason)))).not.toContain(KEY);
  });
});

it('repeats the clause from an older ledger', () => {
  expect(describeNotRestorable('its private key is gone')).toBe('its private key is gone');
});

it.each<[string, boolean, string | undefined]>([
  ['gone', false, 'Have the earlier record published again: `byodkim record <domain> -s s1` prints it.'],
  ['not known, since no server answers', true, undefined],
])('has the record of the selector in force published again if it is %s', (_, isUnknown, begin) => {
  const reason = { ...REASONS.unproved, record: { ...record, isUnknown } };
  const found = { origin: 'EXTERNAL', enabled: true, status: 'SUCCESS' };
  const todo = todoOfNotRestorable({ domain: 'example.com', found, reason });
  expect(todo?.slice(0, begin?.length)).toBe(begin);
});
