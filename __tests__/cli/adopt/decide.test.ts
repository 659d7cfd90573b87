import { type AdoptionFacts, decideSelector } from '../../../cli/adopt/decide';
import { type AdoptedFacts, adoptedWords, unclearWords } from '../../../cli/words/adopt';

const STATE = { origin: 'EXTERNAL', selector: 's1', enabled: true, status: 'SUCCESS', tokens: ['s1'] };
const EASY = { ...STATE, origin: 'AWS_SES', selector: undefined };

/** An identity that signs with s1, whose key is stored and published. */
const found = (more: object = {}): AdoptionFacts =>
  ({
    domain: 'a.example',
    state: STATE,
    keys: ['s1'],
    taken: [],
    published: ['s1'],
    ...more,
  }) as AdoptionFacts;

test.each<[string, object, string, object]>([
  ['BYODKIM', {}, 's1', { origin: 'BYODKIM', isPublished: true, isShared: false }],
  ['shared, verified', { taken: ['s1'], keys: [] }, 's1', { isShared: true }],
  ['Easy DKIM, one key', { state: EASY, published: [] }, 's1', { origin: 'Easy DKIM', isPublished: false }],
  ['Easy DKIM, of two keys the published one', { state: EASY, keys: ['s0', 's1'] }, 's1', {}],
])('adopts an unambiguous identity: %s', (_, more, selector, facts) => {
  expect(decideSelector(found(more))).toMatchObject({ code: 'ADOPTED', selector, facts });
});

test.each<[string, object, boolean]>([
  ['signs with its own key and has our tag', { state: { ...STATE, managed: true } }, true],
  ['signs with its own key alone', {}, false],
  ['has Easy DKIM, and was tagged for us', { state: { ...EASY, managed: true } }, false],
])('names what a lost stack may have managed: an identity that %s', (_, more, isOurs) => {
  const decision = decideSelector(found(more));
  expect(decision).toMatchObject({ code: 'ADOPTED', facts: { isOurs } });
  const words = adoptedWords(decision.facts as AdoptedFacts);
  expect(words.includes('whose state is lost, write identity: import')).toBe(isOurs);
});

test.each<[object, string, object, string]>([
  [{ stack: 'a.example' }, 'DEPLOYED', { stack: 'a.example' }, 'restore the entry'],
  [{ state: undefined }, 'NO_IDENTITY', { keys: ['s1'] }, 'there are keys of s1, and SES has no identity'],
  [{ state: { ...STATE, selector: '' } }, 'NO_SELECTOR', {}, 'shows no selector'],
  [{ state: { ...STATE, enabled: false } }, 'SIGNING_OFF', { selector: 's1' }, 'is switched off'],
  [{ keys: [] }, 'KEY_NOT_STORED', { selector: 's1' }, 'is not in the key store'],
  [{ published: [] }, 'NOT_PUBLISHED', { selector: 's1' }, 'no DNS server has a usable record'],
  [{ state: { ...STATE, origin: 'AWS_SES_US_EAST_1' } }, 'ORIGIN_UNSUPPORTED', {}, 'no rollback can restore'],
  [{ state: EASY, keys: [] }, 'NO_KEY', {}, 'there is no private key'],
  [{ state: EASY, keys: ['s0', 's2'] }, 'SEVERAL_KEYS', { published: 0 }, 'and none of them is published'],
  [
    { taken: ['s1'], state: { ...STATE, status: 'PENDING' } },
    'SHARED_SELECTOR',
    { selector: 's1' },
    'it is not known whether the key is the same',
  ],
])('does not guess: %j', (more, code, facts, words) => {
  const decision = decideSelector(found(more));
  expect(decision).toMatchObject({ code, facts });
  if (decision.code !== 'ADOPTED') expect(unclearWords(decision)).toContain(words);
});
