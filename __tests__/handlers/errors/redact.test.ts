import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { Redactor } from '../../../handlers/errors/redact';
import { readSigningKey } from '../../../handlers/keys/format/pem';
import { expectLinear } from '../../support/linear';

const RUN = 24;
const PEM = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({
  type: 'pkcs8',
  format: 'pem',
}) as string;
const FORMS = [
  PEM,
  createPrivateKey(PEM).export({ type: 'pkcs1', format: 'pem' }) as string,
  generateKeyPairSync('rsa', { modulusLength: 1032 }).privateKey.export({
    type: 'pkcs8',
    format: 'pem',
  }) as string,
].map((pem) => ({ pem, key: readSigningKey(Buffer.from(pem), 'test') }));

const runsOf = (text: string): Set<string> =>
  new Set(Array.from({ length: Math.max(0, text.length - RUN + 1) }, (_, i) => text.slice(i, i + RUN)));

/** Runs of the private key that are not also runs of the published half. */
const secretRuns = ({ key }: (typeof FORMS)[number]): string[] => {
  const published = runsOf(key.publicKey.spki);
  return [...runsOf(key.der), ...runsOf(key.stored)].filter((run) => !published.has(run));
};

const redactorOf = (...forms: typeof FORMS): Redactor => {
  const redactor = new Redactor();
  for (const { key } of forms)
    for (const form of [key.der, key.stored]) redactor.register(form, key.publicKey.spki);
  return redactor;
};

/** Text as it may come along: words, base64, JSON, and pieces of a key anywhere in it. */
const textWith = (form: (typeof FORMS)[number]) =>
  fc
    .array(
      fc.oneof(
        fc.string(),
        fc.base64String({ maxLength: 60 }),
        fc
          .tuple(fc.nat(form.key.der.length), fc.integer({ min: 1, max: 400 }))
          .map(([start, length]) => form.key.der.slice(start, start + length)),
        fc.tuple(fc.nat(form.pem.length), fc.nat(200)).map(([start, n]) => form.pem.slice(start, start + n)),
      ),
      { maxLength: 8 },
    )
    .chain((parts) => fc.constantFrom('', ' ', '\n', '"', '=').map((glue) => parts.join(glue)));

describe.each(FORMS.map((form, i) => ({ form, name: ['PKCS#8', 'PKCS#1', 'padded'][i] })))(
  'a private key ($name)',
  ({ form }) => {
    const secret = secretRuns(form);
    const leaks = (text: string): string[] => secret.filter((run) => text.includes(run));

    test('leaves no 24-character run of itself in a text', () => {
      const redactor = redactorOf(form);
      fc.assert(
        fc.property(textWith(form), (text) => {
          expect(leaks(redactor.redact(text))).toEqual([]);
        }),
      );
    });

    test('leaves no run of itself in a value, in its fields or in their names', () => {
      const redactor = redactorOf(form);
      fc.assert(
        fc.property(textWith(form), fc.jsonValue({ maxDepth: 2 }), (text, other) => {
          const value = { [text]: [other, { text }, text], other };
          // A line break stays one: the letter of `\n` may go on with a piece of the key that is too short to be a leak.
          const printed = JSON.stringify(redactor.redactValue(value)).replaceAll('\\n', '\n');
          expect(leaks(printed)).toEqual([]);
        }),
      );
    });

    test.each<[string, (key: { pem: string; der: string }) => string]>([
      ['base64url', ({ der }) => der.replaceAll('+', '-').replaceAll('/', '_')],
      ['JSON inside of JSON', ({ pem }) => JSON.stringify(JSON.stringify({ pem })).replaceAll('/', '\\/')],
      ['lines of 64', ({ der }) => der.replace(/.{64}(?=.)/g, '$&\n')],
      ['lines of 64 with a margin', ({ der }) => der.replace(/.{64}(?=.)/g, '$&\r\n    ')],
      [
        'base64 of what is left after a byte',
        ({ der }) => Buffer.from(der, 'base64').subarray(400).toString('base64'),
      ],
    ])('is not passed on as %s', (_, spell) => {
      const { stored } = form.key;
      const spelled = spell({ pem: form.pem, der: stored });
      // In parentheses: letters next to a piece of a key may be the ones that go on with it.
      const redacted = redactorOf(form).redact(`(before) ${spelled} (after)`);
      expect(redacted).toMatch(/^\(before\) .*\[REDACTED\]/s);
      expect(redacted).toMatch(/ \(after\)$/);
      // What is left is the published half at most, and runs that are too short to be of use.
      const { spki } = form.key.publicKey;
      const published = (spelled.length * spki.length) / stored.length;
      expect(redacted.replaceAll('[REDACTED]', '').length).toBeLessThan(published + 60);
    });

    test('keeps its public half readable, in a record and as a fingerprint', () => {
      const { spki, fingerprint, modulus } = form.key.publicKey;
      const text = `selector1._domainkey.example.com TXT "v=DKIM1; k=rsa; p=${spki}" ${fingerprint} ${modulus}`;
      expect(redactorOf(form).redact(text)).toBe(text);
      expect(redactorOf(...FORMS).redact(text)).toBe(text);
    });
  },
);

test('removes a PEM block even if its key was not registered', () => {
  const redacted = new Redactor().redact(`before ${PEM} after`);
  expect(redacted).toBe('before [REDACTED]\n after');
  expect(new Redactor().redact(PEM.slice(0, 300))).toBe('[REDACTED]');
  // The first of two is cut off within a line, after one, or in its last dashes.
  const ends = [PEM.slice(0, 300), `${PEM.slice(0, PEM.indexOf('\n', 200))}\n`, PEM.trimEnd().slice(0, -3)];
  for (const rest of ends) expect(new Redactor().redact(rest + PEM)).toMatch(/^(?:\[REDACTED\]\n*){2}$/);
});

test.each(FORMS.map(({ pem }) => pem))(
  'removes a key without the lines of PEM even if it was not registered: %#',
  (pem) => {
    const lines = pem.trim().split('\n').slice(1, -1);
    for (const bare of [lines.join(''), lines.join('\n'), lines.join('\\n')])
      expect(new Redactor().redact(`found "${bare}", expected a name`)).toBe(
        'found "[REDACTED]", expected a name',
      );
  },
);

test.each(FORMS.map(({ pem }) => pem))(
  'removes a key in other clothes even if it was not registered: %#',
  (pem) => {
    const der = Buffer.from(pem.trim().split('\n').slice(1, -1).join(''), 'base64');
    const hex = der.toString('hex');
    const pairs = hex.match(/../g)!.join(':');
    const clothes = [
      Buffer.from(pem).toString('base64'),
      Buffer.from(pem)
        .toString('base64')
        .replace(/.{76}(?=.)/g, '$&\n'),
      Buffer.from(pem).toString('hex'),
      hex,
      hex.toUpperCase(),
      pairs,
      // As `openssl rsa -text` prints it.
      pairs.replace(/.{45}(?=.)/g, '$&\n    '),
    ];
    for (const each of clothes)
      expect(new Redactor().redact(`found "${each}", expected a name`)).toBe(
        'found "[REDACTED]", expected a name',
      );
  },
);

test('leaves hashes in hexadecimal intact', () => {
  const hash = 'ab'.repeat(64);
  for (const each of [hash, hash.match(/../g)!.join(':')]) expect(new Redactor().redact(each)).toBe(each);
});

test('removes each part of a registered text, in any case', () => {
  const redactor = new Redactor();
  const text = 'Zm9vYmFyYmF6cXV4-Zm9v_YmFyYmF6cXV4Zm9vYmFyYmF6';
  redactor.registerText(`a ${text} b`);
  for (const each of [
    text,
    text.slice(3, 30),
    text.toLowerCase(),
    text.replaceAll('-', '+').replaceAll('_', '/'),
  ])
    expect(redactor.redact(`found ${each}.`)).toBe('found [REDACTED].');
  expect(redactor.redact(`found ${text.slice(0, 20)}.`)).toBe(`found ${text.slice(0, 20)}.`);
});

test('leaves a sentence that mentions PEM intact around it', () => {
  const sentence = (pem: string) => `There is no line ${pem} in it; expected a PEM private key.`;
  expect(new Redactor().redact(sentence('-----BEGIN PRIVATE KEY-----'))).toBe(sentence('[REDACTED]'));
  expect(new Redactor().redact(sentence(PEM.slice(0, 200)))).toBe(sentence('[REDACTED]'));
});

test('handles a hostile text in time that is proportional to its length', () => {
  const redactor = redactorOf(...FORMS);
  for (const unit of [
    '-----BEGIN PRIVATE KEY-----',
    '\\',
    'A',
    '-----BEGIN A',
    '\\u002',
    'a:',
    'aa:',
    'aa:  ',
  ])
    expectLinear((length) => redactor.redact(unit.repeat(length / unit.length)), 200_000);
});

const BEGIN = '-----BEGIN PRIVATE KEY-----';
test.each([
  ['an unclosed PEM on one line', `${BEGIN}${'A'.repeat(9_000_000)}`, '[REDACTED]'],
  ['an unclosed PEM in lines', `${BEGIN}\n${`${'A'.repeat(64)}\n`.repeat(150_000)}`, '[REDACTED]\n'],
  ['an unclosed PEM in escaped lines', `${BEGIN}${`\\n${'A'.repeat(64)}`.repeat(150_000)}`, '[REDACTED]'],
  ['a PEM with endless separators', `${BEGIN}${'\\'.repeat(20_000_000)}${'A'.repeat(64)}`, '[REDACTED]'],
])('handles a large text without an error: %s', (_, text, redacted) => {
  expect(new Redactor().redact(text) === redacted).toBe(true);
});

test('masks a key within a word of many megabytes, and leaves a word without one', () => {
  const redactor = redactorOf(FORMS[0]!);
  const filler = 'Ab1+'.repeat(5_000_000);
  expect(redactor.redact(filler) === filler).toBe(true);
  // At a place where a piece of a bounded length might end.
  const at = 4096 * 2000 - 12;
  const word = filler.slice(0, at) + FORMS[0]!.key.der.slice(400, 424) + filler.slice(at);
  expect(redactor.redact(`before ${word} after`)).toBe('before [REDACTED] after');
});

test('keeps the type of a value that holds half a PEM block', () => {
  const value = { domain: '-----BEGIN PRIVATE KEY-----', list: [1, null, true], next: 'stays' };
  expect(new Redactor().redactValue(value)).toEqual({ ...value, domain: '[REDACTED]' });
});

test('leaves everything that is not secret unchanged', () => {
  const redactor = redactorOf(...FORMS);
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(redactor.redactValue(value)).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
  expect(redactor.redactValue(undefined)).toBeUndefined();
});
