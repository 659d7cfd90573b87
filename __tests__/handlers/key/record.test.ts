import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { readRecord } from '../../../handlers/key/record';
import { expectLinear } from '../../support/linear';
import { EXPECTED, makeKey } from '../dns/support';

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
    ['white space in h=', 'h=sha1 : sha256'],
    ['several services', 's=other:email'],
    ['the abolished g=', 'g=somebody'],
    ['more than 1024 octets', `n=${'x'.repeat(1_000)}`],
  ])('with %s carries a warning', (_, tag) => {
    const reading = readRecord(`v=DKIM1; ${tag}; p=${P}`);
    expect('warnings' in reading && reading.warnings).toEqual([
      expect.stringContaining('Some verifiers fail on'),
    ]);
  });

  test('in testing mode carries a warning', () => {
    const reading = readRecord(`v=DKIM1; t=s:y; p=${P}`);
    expect('warnings' in reading && reading.warnings).toEqual([expect.stringContaining('t=y')]);
  });
});

describe('refuses a record', () => {
  test.each<[string, string, string]>([
    ['that is empty', '', 'is empty'],
    ['without p=', 'v=DKIM1; k=rsa', 'has no p='],
    ['that is revoked', 'v=DKIM1; p=', 'is revoked'],
    ['that is revoked with white space', 'v=DKIM1; p=  ;', 'is revoked'],
    ['with v= in second place', `k=rsa; v=DKIM1; p=${P}`, 'in another place than the first'],
    ['with another v=', `v=DKIM2; p=${P}`, 'its v= is not DKIM1'],
    ['with v= in small letters', `v=dkim1; p=${P}`, 'its v= is not DKIM1'],
    ['with an empty v=', `v=; p=${P}`, 'its v= is not DKIM1'],
    ['with a tag twice', `v=DKIM1; p=${P}; p=${P}`, 'tag p= is repeated'],
    ['with an unknown tag twice', `v=DKIM1; x=1; x=2; p=${P}`, 'tag x= is repeated'],
    ['of ed25519', 'v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=', 'holds no RSA key'],
    ['of k=RSA', `v=DKIM1; k=RSA; p=${P}`, 'holds no RSA key'],
    ['of an empty k=', `v=DKIM1; k=; p=${P}`, 'holds no RSA key'],
    ['for sha1 only', `v=DKIM1; h=sha1; p=${P}`, 'does not allow sha256'],
    ['with an empty h=', `v=DKIM1; h=; p=${P}`, 'does not allow sha256'],
    ['for another service', `v=DKIM1; s=tlsrpt; p=${P}`, 'is not for mail'],
    ['with a part that is no tag', `v=DKIM1; nonsense; p=${P}`, 'is not a tag=value pair'],
    ['with an empty part', `v=DKIM1;; p=${P}`, 'is not a tag=value pair'],
    ['with a tag name that is none', `v=DKIM1; 1a=x; p=${P}`, 'is not a tag name'],
    ['with white space inside a tag name', `v=DKIM1; a b=x; p=${P}`, 'tag'],
    ['with a bare line feed', `v=DKIM1;\n p=${P}`, 'is malformed'],
    ['with an empty line in its white space', `v=DKIM1; n=a\r\n\r\n ; p=${P}`, 'is malformed'],
    ['with characters outside of ASCII', `v=DKIM1; n=ü; p=${P}`, 'is malformed'],
    ['with URL-safe base64', `v=DKIM1; p=${P.replaceAll('+', '-').replaceAll('/', '_')}-`, 'not base64'],
    ['cut in the middle of its key', VALID.slice(0, -9), 'not base64'],
    ['cut at a multiple of four', `p=${P.slice(0, 160)}`, 'holds no RSA public key'],
    ['without the padding of its key', `p=${spki(1032).replace(/=+$/, '')}`, ''],
    ['with quotation marks', `"${VALID}"`, 'quotation marks'],
    ['with typographic quotation marks', `“${VALID}”`, 'quotation marks'],
    ['pasted in parts', `v=DKIM1; p=${P.slice(0, 50)}" "${P.slice(50)}`, 'quotation marks in its p='],
    ['with escaped semicolons', VALID.replaceAll(';', '\\;'), 'backslashes'],
    ['with PEM lines', `v=DKIM1; p=-----BEGIN PUBLIC KEY-----${P}-----END PUBLIC KEY-----`, 'PEM lines'],
    ['of SPF', 'v=spf1 include:amazonses.com -all', 'is not a DKIM key'],
    ['of DMARC', 'v=DMARC1; p=none', 'is not a DKIM key'],
    [
      'with bytes behind its key',
      `p=${Buffer.concat([Buffer.from(P, 'base64'), Buffer.from('abc')]).toString('base64')}`,
      'after the end of its key',
    ],
  ])('%s', (_, value, problem) => {
    const reading = readRecord(value);
    expect('problem' in reading ? reading.problem : 'it was taken').toContain(problem);
  });

  test.each([
    [512, 'fewer than 1024'],
    [1016, 'fewer than 1024'],
    [2056, 'takes 2048 at most'],
    [4096, 'takes 2048 at most'],
  ])('of %i bits', (bits, problem) => {
    const reading = readRecord(`v=DKIM1; p=${spki(bits)}`);
    expect('problem' in reading && reading.problem).toContain(problem);
    expect(reading.key?.bits).toBe(bits);
  });

  test('with a bare key, which most verifiers cannot read, but reads which key it is', () => {
    const { publicKey } = makeKey();
    const [full, bareForm] = (['spki', 'pkcs1'] as const).map((type) =>
      readRecord(`p=${publicKey.export({ type, format: 'der' }).toString('base64')}`),
    );
    expect(bareForm).toMatchObject({ problem: expect.stringContaining('RSAPublicKey'), key: full!.key });
  });

  test.each([
    ['lists services, with white space', 's=other : email'],
    ['lists services, and restricts senders', 's=email:other; g=somebody'],
    ['restricts senders, and is very long', `g=; n=${'x'.repeat(1_000)}`],
  ])('that %s, since most verifiers fail it', (_, tags) => {
    expect(readRecord(`v=DKIM1; ${tags}; p=${P}`)).toMatchObject({
      problem: expect.stringContaining('most verifiers'),
    });
  });

  test('with a bare key that is too short', () => {
    expect(readRecord(`p=${bare(512)}`)).toMatchObject({ problem: expect.stringContaining('512 bits') });
  });

  test.each([
    ['ec', { namedCurve: 'P-256' }],
    ['rsa-pss', { modulusLength: 1024 }],
  ])('with a key of type %s in p=', (type, options) => {
    const { publicKey } = generateKeyPairSync(type as 'ec', options as { namedCurve: string });
    const reading = readRecord(`p=${publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}`);
    expect('problem' in reading && reading.problem).toContain(`type ${type}`);
  });
});

describe('whatever stands in the record', () => {
  test('a changed octet in the key never passes as the same key', () => {
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

  test('long values take time in proportion to their length', () => {
    for (const part of [' ', ';', '=', 'a=', 'a=b;', '\r\n ', 'p= ', '"'])
      expectLinear((length) => readRecord(part.repeat(length / part.length)), 65_000);
    expectLinear((length) => readRecord(`p=${'A'.repeat(length)}`), 65_000);
  });
});
