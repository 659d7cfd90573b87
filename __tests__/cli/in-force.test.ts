import { withInForce } from '../../cli/in-force';
import { meaningOf } from '../../cli/review/meaning';
import type { ListedDomain } from '../../list/domain-list';
import { DomainListError } from '../../list/mistake';
import { parseDomainList } from '../../list/read-list';

const LIST = `control:
  allow: { rotatesIn: [Z0123456789] }
domains:
  example.com:
    region: ap-northeast-1
    selector: s1
    rotate: automatic
    createKey: true
    selectorNaming: [s1, s2]
    record: { hostedZoneId: Z0123456789 }
`;
const listed = (text = LIST): ListedDomain => parseDomainList(text, 'domains.yaml').domains[0]!;

test.each([
  ['the other of the two', 's2', 's2'],
  ['one that is none of them', 's9', 's1'],
  ['none', null, 's1'],
])('a domain that rotates by itself is looked at by what signs: %s', (_, signs, expected) => {
  expect(withInForce(listed(), signs).selector).toBe(expected);
});

test('another domain is looked at by what its list says', () => {
  const byHand = listed(LIST.replace('rotate: automatic', 'rotate: manual'));
  expect(withInForce(byHand, 's2').selector).toBe('s1');
});

test('a review says which selector signs, and since when', () => {
  const after = withInForce(listed(), 's2');
  const current = {
    ses: { origin: 'EXTERNAL', selector: 's2', status: 'SUCCESS' },
    baseline: null,
    selector: 's2',
    rotatedAt: '2026-03-01T10:00:00.000Z',
  };
  const settings = [{ path: 'overlapDays', before: undefined, after: 9 }];
  const change = { kind: 'changed', domain: 'example.com', before: after, after, settings } as const;
  const { signs, cautions } = meaningOf(change as never, current);
  expect(signs).toBe('s2');
  expect(cautions).toContain('s2 signs since 2026-03-01, rotated automatically.');
});

test('refuses a list whose zone the control stack does not allow, with its place', () => {
  const mistakes = (): unknown => {
    try {
      return listed(LIST.replace('Z0123456789]', 'Z9]'));
    } catch (error) {
      return error instanceof DomainListError ? error.message : error;
    }
  };
  expect(mistakes()).toContain(
    'domains.example.com.record.hostedZoneId: found "Z0123456789", allowed: Z9; or what control.allow.rotatesIn names',
  );
});
