import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { readRecord } from '../../../../handlers/keys/format/record';
import type { RecordProblem } from '../../../../handlers/words/record';
import { expectLinear } from '../../../support/linear';
import { EXPECTED, makeKey } from '../../dns/support';

const P = EXPECTED.spki;
const VALID = `v=DKIM1; k=rsa; p=${P}`;

/** A public key of any size at once: nobody asks for its private half. */
const publicKeyOf = (bits: number): KeyObject => {
  const n = randomBytes(bits / 8);
  n[0] = n[0]! | 0x80;
  n[n.length - 1] = n.at(-1)! | 1;
  return createPublicKey({ key: { kty: 'RSA', n: n.toString('base64url'), e: 'AQAB' }, format: 'jwk' });
};

const encoded = (bits: number, type: 'spki' | 'pkcs1'): string =>
  publicKeyOf(bits)
    .export({ type: type as 'spki', format: 'der' })
    .toString('base64');

const bare = (bits: number): string => encoded(bits, 'pkcs1');

const spki = (bits: number): string => encoded(bits, 'spki');

const folded = (text: string, by: string): string => text.match(/.{1,40}/g)!.join(by);

describe('a usable record', () => {
  test.each<[string, string]>([
    ['as the runbook writes it', VALID],
    ['with nothing but a key', `p=${P}`],
    ['with a semicolon at its end', `${VALID};`],
    ['with a semicolon and white space at its end', `${VALID} ; `],
    ['with white space around everything', ` v = DKIM1 ;\tk\t=\trsa ; p = ${P} `],
    ['with folding white space in v=', `v=\r\n DKIM1; p=${P}`],
    ['with spaces inside p=', `v=DKIM1; p=${folded(P, ' ')}`],
    ['with tabs and folds inside p=', `v=DKIM1; p=${folded(P, '\r\n\t')}`],
    ['without white space', `v=DKIM1;k=rsa;p=${P}`],
    ['with its tags in another order', `v=DKIM1; p=${P}; k=rsa; t=s`],
    ['with unknown tags', `v=DKIM1; x_1=whatever; p=${P}; zz=`],
    ['with a capital tag of another name', `v=DKIM1; P=nothing; p=${P}`],
    ['with notes', `v=DKIM1; n=made=20by=3B hand; p=${P}`],
    ['with sha256 among its hashes', `v=DKIM1; h=sha1:sha256; p=${P}`],
    ['with an unknown hash beside sha256', `v=DKIM1; h=sha512:sha256; p=${P}`],
    ['for mail', `v=DKIM1; s=email; p=${P}`],
    ['for everything', `v=DKIM1; s=*; p=${P}`],
    ['with unknown flags', `v=DKIM1; t=s:future; p=${P}`],
    ['with the obsolete g=', `v=DKIM1; g=*; p=${P}`],
  ])('%s', (_, value) => {
    expect(readRecord(value)).toMatchObject({
      key: { modulus: EXPECTED.modulus, exponent: '10001' },
      warnings: [],
    });
  });

  test.each([1024, 1536, 2048])('of %i bits', (bits) => {
    expect(readRecord(`v=DKIM1; p=${spki(bits)}`)).toMatchObject({ key: { bits } });
  });

  test.each([
    ['white space in h=', 'h=sha1 : sha256', 'white-space'],
    ['several services', 's=other:email', 'several-services'],
    ['the abolished g=', 'g=somebody', 'granularity'],
    ['more than 1024 octets', `n=${'x'.repeat(1_000)}`, 'long'],
  ])('with %s carries a warning', (_, tag, hazard) => {
    const reading = readRecord(`v=DKIM1; ${tag}; p=${P}`);
    expect(reading).toMatchObject({ warnings: [{ kind: 'hazard', hazard }] });
  });

  test('in testing mode carries a warning', () => {
    const reading = readRecord(`v=DKIM1; t=s:y; p=${P}`);
    expect(reading).toMatchObject({ warnings: [{ kind: 'testing' }] });
  });
});

describe('refuses a record', () => {
  test.each<[name: string, value: string, kind: RecordProblem['kind'], problem?: object]>([
    ['that is empty', '', 'empty'],
    ['without p=', 'v=DKIM1; k=rsa', 'no-key'],
    ['that is revoked', 'v=DKIM1; p=', 'revoked'],
    ['that is revoked with white space', 'v=DKIM1; p=  ;', 'revoked'],
    ['with v= in second place', `k=rsa; v=DKIM1; p=${P}`, 'late-version'],
    ['with another v=', `v=DKIM2; p=${P}`, 'other-version'],
    ['with v= in small letters', `v=dkim1; p=${P}`, 'other-version'],
    ['with an empty v=', `v=; p=${P}`, 'other-version'],
    ['with a tag twice', `v=DKIM1; p=${P}; p=${P}`, 'malformed', { kind: 'repeated', tag: 'p' }],
    ['with an unknown tag twice', `v=DKIM1; x=1; x=2; p=${P}`, 'malformed', { kind: 'repeated', tag: 'x' }],
    ['of ed25519', 'v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=', 'other-type'],
    ['of k=RSA', `v=DKIM1; k=RSA; p=${P}`, 'other-type'],
    ['of an empty k=', `v=DKIM1; k=; p=${P}`, 'other-type'],
    ['for sha1 only', `v=DKIM1; h=sha1; p=${P}`, 'no-sha256'],
    ['with an empty h=', `v=DKIM1; h=; p=${P}`, 'no-sha256'],
    ['for another service', `v=DKIM1; s=tlsrpt; p=${P}`, 'not-for-mail'],
    [
      'with a part that is no tag',
      `v=DKIM1; nonsense; p=${P}`,
      'malformed',
      { kind: 'not-a-pair', text: 'nonsense' },
    ],
    ['with an empty part', `v=DKIM1;; p=${P}`, 'malformed', { kind: 'not-a-pair', text: '' }],
    [
      'with a tag name that is none',
      `v=DKIM1; 1a=x; p=${P}`,
      'malformed',
      { kind: 'not-a-name', text: '1a' },
    ],
    [
      'with white space inside a tag name',
      `v=DKIM1; a b=x; p=${P}`,
      'malformed',
      { kind: 'not-a-pair', text: 'a b=x' },
    ],
    ['with a bare line feed', `v=DKIM1;\n p=${P}`, 'malformed'],
    ['with an empty line in its white space', `v=DKIM1; n=a\r\n\r\n ; p=${P}`, 'malformed'],
    ['with characters outside of ASCII', `v=DKIM1; n=ü; p=${P}`, 'malformed'],
    ['with URL-safe base64', `v=DKIM1; p=${P.replaceAll('+', '-').replaceAll('/', '_')}-`, 'not-base64'],
    ['cut in the middle of its key', VALID.slice(0, -9), 'not-base64'],
    ['cut at a multiple of four', `p=${P.slice(0, 160)}`, 'encoding', { kind: 'no-key' }],
    ['without the padding of its key', `p=${spki(1032).replace(/=+$/, '')}`, 'not-base64'],
    ['with quotation marks', `"${VALID}"`, 'quotation-marks'],
    ['with typographic quotation marks', `“${VALID}”`, 'quotation-marks'],
    ['pasted in parts', `v=DKIM1; p=${P.slice(0, 50)}" "${P.slice(50)}`, 'pasted-strings'],
    ['with escaped semicolons', VALID.replaceAll(';', '\\;'), 'backslashes'],
    ['with PEM lines', `v=DKIM1; p=-----BEGIN PUBLIC KEY-----${P}-----END PUBLIC KEY-----`, 'pem-lines'],
    ['of SPF', 'v=spf1 include:amazonses.com -all', 'other-version'],
    ['of DMARC', 'v=DMARC1; p=none', 'other-version'],
    [
      'with bytes behind its key',
      `p=${Buffer.concat([Buffer.from(P, 'base64'), Buffer.from('abc')]).toString('base64')}`,
      'encoding',
      { kind: 'not-as-der' },
    ],
  ])('%s', (_, value, kind, ...[problem]) => {
    expect(readRecord(value)).toMatchObject({ problem: problem ? { kind, problem } : { kind } });
  });

  test.each([
    [512, 'too-few-bits'],
    [1016, 'too-few-bits'],
    [2056, 'too-many-bits'],
    [4096, 'too-many-bits'],
  ])('of %i bits', (bits, kind) => {
    const reading = readRecord(`v=DKIM1; p=${spki(bits)}`);
    expect(reading).toMatchObject({ problem: { kind: 'key', problem: { kind, bits } }, key: { bits } });
  });

  test('with a bare key, which most verifiers cannot read, but reports which key it is', () => {
    const { publicKey } = makeKey();
    const [full, bareForm] = (['spki', 'pkcs1'] as const).map((type) =>
      readRecord(`p=${publicKey.export({ type, format: 'der' }).toString('base64')}`),
    );
    expect(bareForm).toMatchObject({ problem: { kind: 'bare-key' }, key: full!.key });
  });

  test.each([
    ['lists services, with white space', 's=other : email', ['several-services', 'white-space']],
    [
      'lists services, and restricts senders',
      's=email:other; g=somebody',
      ['several-services', 'granularity'],
    ],
    ['restricts senders, and is very long', `g=; n=${'x'.repeat(1_000)}`, ['granularity', 'long']],
  ])('that %s, since most verifiers fail it', (_, tags, hazards) => {
    expect(readRecord(`v=DKIM1; ${tags}; p=${P}`)).toMatchObject({ problem: { kind: 'hazards', hazards } });
  });

  test('with a bare key that is too short', () => {
    expect(readRecord(`p=${bare(512)}`)).toMatchObject({
      problem: { kind: 'key', problem: { kind: 'too-few-bits', bits: 512 } },
    });
  });

  test.each([
    ['ec', { namedCurve: 'P-256' }],
    ['rsa-pss', { modulusLength: 1024 }],
  ])('with a key of type %s in p=', (type, options) => {
    const { publicKey } = generateKeyPairSync(type as 'ec', options as { namedCurve: string });
    const reading = readRecord(`p=${publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}`);
    expect(reading).toMatchObject({ problem: { kind: 'encoding', problem: { kind: 'other-type', type } } });
  });
});

describe('any record', () => {
  test('never passes as the same key with a changed octet', () => {
    const der = Buffer.from(P, 'base64');
    fc.assert(
      fc.property(fc.nat(der.length - 1), fc.integer({ min: 1, max: 255 }), (at, by) => {
        const changed = Buffer.from(der);
        changed[at] = changed[at]! ^ by;
        const { key } = readRecord(`p=${changed.toString('base64')}`);
        expect(key && key.modulus === EXPECTED.modulus && key.exponent === EXPECTED.exponent).not.toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test('with long values takes time in proportion to their length', () => {
    for (const part of [' ', ';', '=', 'a=', 'a=b;', '\r\n ', 'p= ', '"'])
      expectLinear((length) => readRecord(part.repeat(length / part.length)), 65_000);
    expectLinear((length) => readRecord(`p=${'A'.repeat(length)}`), 65_000);
  });
});
