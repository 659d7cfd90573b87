import fc from 'fast-check';
import { stringify } from 'yaml';
import { DomainListError } from '../../list/mistake';
import { parseDomainList } from '../../list/read-list';
import { fuzzed } from '../fuzz/runs';
import { anyCharacter } from '../support/any-character';

/** A list, or mistakes that each have a place in the text. */
function readsOrTells(text: string): void {
  let message: string;
  try {
    const list = parseDomainList(text, 'domains.yaml');
    expect(list.domains.length).toBeGreaterThan(0);
    return;
  } catch (error) {
    if (!(error instanceof DomainListError)) throw error;
    expect(error.mistakes.length).toBeGreaterThan(0);
    message = error.message;
  }
  const lines = text.split('\n').length;
  for (const line of message.split('\n')) {
    const [, at] = /^domains\.yaml:(\d+):\d+: \S/.exec(line) ?? [];
    expect(Number(at)).toBeGreaterThanOrEqual(1);
    expect(Number(at)).toBeLessThanOrEqual(lines);
  }
}

const LIST = `backend: &b { s3: { bucket: acme, region: us-east-1 } }
control:
  topics: { dns: create }
defaults: { region: us-east-1, selector: s1, keyStore: { bucket: acme } }
domains:
  example.com: { gate: { resolvers: ["192.0.2.1:53"] } }
  bücher.example: *b
`;

/** Values of the shapes that a list has, right and wrong. */
const { value: anyValue } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom('example.com', 's1', 'us-east-1', 'create', 'existing', '', '__proto__', 'constructor'),
    fc.string(),
    fc.integer(),
    fc.constantFrom(null, true, false, Number.NaN, 1.5),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(
      fc.oneof(
        fc.constantFrom(
          'domains',
          'defaults',
          'control',
          'keyStore',
          'bucket',
          'gate',
          'selector',
          'region',
          'example.com',
          '__proto__',
        ),
        fc.string(),
      ),
      tie('value'),
      { maxKeys: 4 },
    ),
  ),
}));

describe('any text gives a list, or mistakes with their places', () => {
  it('with random text', () => {
    fc.assert(fc.property(fc.string({ unit: anyCharacter, maxLength: 200 }), readsOrTells), fuzzed(150));
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...' \n:-[]{}&*!|>"\'#,?%@`ab1.\t'), maxLength: 60 }),
        readsOrTells,
      ),
      fuzzed(150),
    );
  });

  it('with a list in which a piece was inserted, removed or repeated', () => {
    fc.assert(
      fc.property(
        fc.nat(LIST.length),
        fc.nat(20),
        fc.oneof(
          fc.string({ maxLength: 10 }),
          fc.constantFrom('\n', ': ', '*b', '&b ', '- ', '{', ']', '!!x '),
        ),
        (at, length, piece) => {
          readsOrTells(LIST.slice(0, at) + piece + LIST.slice(at + length));
          readsOrTells(LIST.slice(0, at + length) + piece + LIST.slice(at));
        },
      ),
      fuzzed(150),
    );
  });

  it('with any values in any place', () => {
    const top = fc.record(
      { backend: anyValue, provider: anyValue, control: anyValue, defaults: anyValue, domains: anyValue },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(top, anyValue), (value) => readsOrTells(stringify(value) ?? '')),
      fuzzed(150),
    );
  });
});
