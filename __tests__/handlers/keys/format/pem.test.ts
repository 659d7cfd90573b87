import {
  constants,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  privateDecrypt,
  publicEncrypt,
  sign,
  verify,
} from 'node:crypto';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { ByodkimError } from '../../../../handlers/errors/errors';
import { readSigningKey } from '../../../../handlers/keys/format/pem';
import { publicKeyOf } from '../../../../handlers/keys/format/public-key';
import { readRecord } from '../../../../handlers/keys/format/record';
import { expectLinear } from '../../../support/linear';
import { keyOf, prime } from './rsa-numbers';

const PLACE = 's3://keys/dkim-certificates/example.com/selector1/private_key.pem';

const rsa = (bits = 1024) => generateKeyPairSync('rsa', { modulusLength: bits });
const { privateKey: KEY, publicKey: PUBLIC } = rsa();
const ENCRYPTED = { cipher: 'aes-256-cbc', passphrase: 'secret' };
const pem = (type: 'pkcs1' | 'pkcs8', key: KeyObject = KEY, encrypted?: typeof ENCRYPTED): string =>
  key.export({ type, format: 'pem', ...encrypted }).toString();
/** A PEM block whose contents nobody looks at. */
const block = (label: string): string => `-----BEGIN ${label}-----\nMIIB\n-----END ${label}-----\n`;
const PKCS1 = pem('pkcs1');
const PKCS8 = pem('pkcs8');
const PUBLIC_PEM = PUBLIC.export({ type: 'spki', format: 'pem' }).toString();

const read = (text: string | Buffer) => readSigningKey(Buffer.from(text as string), PLACE);

const refusal = (bytes: string | Buffer): ByodkimError => {
  try {
    read(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(ByodkimError);
    return error as ByodkimError;
  }
  throw new Error('The key was taken.');
};

/** What is secret in a key: its private numbers, in every form in which they could slip out. */
const secretsOf = (key: KeyObject): string[] => {
  const { d, p, q, dp, dq, qi } = key.export({ format: 'jwk' });
  return [d, p, q, dp, dq, qi].flatMap((part) => {
    const octets = Buffer.from(part!, 'base64url');
    // Base64 depends on where in the text the number begins.
    const shifted = [0, 1, 2].map((shift) =>
      Buffer.concat([Buffer.alloc(shift), octets])
        .toString('base64')
        .slice(8, 40),
    );
    return [octets.toString('hex').slice(0, 32), part!.slice(0, 32), ...shifted];
  });
};

describe('a usable key', () => {
  test.each<[string, string]>([
    ['PKCS#1', PKCS1],
    ['PKCS#8', PKCS8],
    ['CRLF line ends', PKCS8.replaceAll('\n', '\r\n')],
    ['a byte order mark', `\ufeff${PKCS1}`],
    ['no line end at its end', PKCS8.trimEnd()],
    [
      'text before it',
      `Bag Attributes\n    friendlyName: dkim\n    localKeyID: 54 69\nKey Attributes: <No Attributes>\n${PKCS8}`,
    ],
    ['text behind it', `${PKCS1}\n\n-- end of file --\n`],
    ['white space around its lines', PKCS8.replace(/^(.*)$/gm, '  $1  ')],
    ['all of its base64 on one line', PKCS8.replace(/(?<=[A-Za-z0-9+/=])\n(?=[A-Za-z0-9+/=])/g, '')],
    ['its public key beside it', `${PUBLIC_PEM}${PKCS8}`],
    ['a certificate beside it', `${PKCS8}${block('CERTIFICATE')}`],
  ])('is read with %s', (_, text) => {
    const { der, publicKey } = read(text);
    expect(publicKey).toEqual(publicKeyOf(PUBLIC));
    expect(der).toMatch(/^[A-Za-z0-9+/]+={0,2}$/);
  });

  test.each([
    ['pkcs1', PKCS1],
    ['pkcs8', PKCS8],
  ] as const)('is given to SES as PKCS#1 (stored as %s), and verifies with its public half', (_, text) => {
    const { der, publicKey } = read(text);
    expect(der).toBe(KEY.export({ type: 'pkcs1', format: 'der' }).toString('base64'));
    const sent = createPrivateKey({ key: Buffer.from(der, 'base64'), format: 'der', type: 'pkcs1' });
    const published = createPublicKey({
      key: Buffer.from(publicKey.spki, 'base64'),
      format: 'der',
      type: 'spki',
    });
    const signature = sign('sha256', Buffer.from('a message'), sent);
    expect(verify('sha256', Buffer.from('a message'), published, signature)).toBe(true);
  });

  test.each([1024, 1032, 2048])('may have %i bits', (bits) => {
    expect(read(pem('pkcs8', rsa(bits).privateKey)).publicKey.bits).toBe(bits);
  });

  test('is not visible in a log of the object', () => {
    const key = read(PKCS1);
    const logged = `${JSON.stringify(key)} ${inspect(key, { depth: 5 })} ${JSON.stringify({ ...key })}`;
    for (const secret of secretsOf(KEY)) expect(logged).not.toContain(secret);
    expect(Object.keys(key)).toEqual(['publicKey']);
  });
});

describe('refuses', () => {
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const ed = generateKeyPairSync('ed25519').privateKey;
  const pss = generateKeyPairSync('rsa-pss', { modulusLength: 1024 }).privateKey;

  test.each<[string, string | Buffer, string]>([
    ['nothing', '', 'is empty'],
    ['text', 'hello', 'no PEM block with the label PRIVATE KEY'],
    ['an encrypted PKCS#8 key', pem('pkcs8', KEY, ENCRYPTED), 'encrypted'],
    ['an encrypted PKCS#1 key', pem('pkcs1', KEY, ENCRYPTED), 'encrypted'],
    ['an EC key', ec.export({ type: 'sec1', format: 'pem' }).toString(), 'of type EC'],
    ['an EC key in PKCS#8', pem('pkcs8', ec), 'of type ec'],
    ['an Ed25519 key', pem('pkcs8', ed), 'of type ed25519'],
    ['an RSA-PSS key', pem('pkcs8', pss), 'of type rsa-pss'],
    ['an OpenSSH key', block('OPENSSH PRIVATE KEY'), 'OpenSSH'],
    ['a public key', PUBLIC_PEM, 'it has a block with the label PUBLIC KEY'],
    ['a certificate', block('CERTIFICATE'), 'it has a block with the label CERTIFICATE'],
    ['two keys', PKCS1 + pem('pkcs8', rsa().privateKey), 'it has 2 private keys'],
    ['DER', KEY.export({ type: 'pkcs8', format: 'der' }), 'DER form'],
    ['UTF-16', Buffer.from(`\ufeff${PKCS8}`, 'utf16le'), 'UTF-16'],
    ['a key whose end is cut off', PKCS8.slice(0, 300), 'cut short'],
    ['a key whose line breaks are written out', PKCS8.replaceAll('\n', '\\n'), 'line breaks are lost'],
    ['a key that lacks a line', PKCS8.split('\n').toSpliced(3, 1).join('\n'), 'damaged'],
    ['a key with a character lost', PKCS8.replace(/^(.{70}.{30})./s, '$1'), 'not base64'],
    ['a key with a wrong character', `${PKCS8.slice(0, 100)}*${PKCS8.slice(101)}`, 'not base64'],
    ['a PEM block that ends as another', PKCS8.replace('END PRIVATE', 'END RSA PRIVATE'), 'another label'],
    [
      'a key under the wrong label',
      PKCS8.replaceAll('PRIVATE KEY', 'RSA PRIVATE KEY'),
      'damaged, or mislabelled',
    ],
    ['a huge file', Buffer.alloc(70 * 1024, 0x41), 'too large'],
  ])('%s', (_, bytes, reason) => {
    const error = refusal(bytes);
    expect(error.code).toBe('CERTIFICATE_INVALID');
    expect(error.statusCode).toBe(422);
    expect(error.message).toContain(reason);
    expect(error.message).toContain(PLACE);
    for (const secret of secretsOf(KEY)) expect(inspect(error, { depth: 5 })).not.toContain(secret);
  });

  test.each([512, 1016, 2056])('a key of %i bits', (bits) => {
    expect(refusal(pem('pkcs8', rsa(bits).privateKey)).message).toContain(`${bits} bits`);
  });

  /** Encodes numbers as PKCS#1, whatever they are: newer Nodes take no such JWK. */
  function pkcs1Of(numbers: object): string {
    const tagged = (tag: number, content: Buffer): Buffer => {
      const octets = [content.length >> 8, content.length & 0xff].filter((octet, at) => octet > 0 || at > 0);
      const length = content.length < 0x80 ? octets : [0x80 + octets.length, ...octets];
      return Buffer.concat([Buffer.from([tag, ...length]), content]);
    };
    const parts = ['n', 'e', 'd', 'p', 'q', 'dp', 'dq', 'qi'].map((part) => {
      const octets = Buffer.from(Reflect.get(numbers, part), 'base64url');
      return tagged(2, Buffer.concat([Buffer.from(octets[0]! < 0x80 ? [] : [0]), octets]));
    });
    const der = tagged(0x30, Buffer.concat([Buffer.from([2, 1, 0]), ...parts]));
    return `-----BEGIN RSA PRIVATE KEY-----\n${der.toString('base64')}\n-----END RSA PRIVATE KEY-----\n`;
  }

  test.each(['d', 'p', 'dp', 'dq', 'qi'] as const)('a key with a damaged number %s', (part) => {
    const jwk = KEY.export({ format: 'jwk' });
    const octets = Buffer.from(jwk[part]!, 'base64url');
    octets[10] = octets[10]! ^ 1;
    const damaged = { ...jwk, [part]: octets.toString('base64url') };
    expect(refusal(pkcs1Of(damaged)).message).toContain('do not match each other');
  });

  /** Exponents that have an inverse: primes. Those of Mersenne are known, and finding one takes time. */
  test.each([61, 1_279])('a key with an exponent of %i bits, in the store and in DNS', (bits) => {
    const key = keyOf(prime(1024), prime(1024), 2n ** BigInt(bits) - 1n);
    expect(refusal(pem('pkcs8', key)).message).toContain('it has an exponent of more than 31 bits');
    const spki = createPublicKey(key).export({ type: 'spki', format: 'der' }).toString('base64');
    expect(readRecord(`v=DKIM1; k=rsa; p=${spki}`)).toMatchObject({
      problem: { kind: 'key', problem: { kind: 'long-exponent' } },
    });
  });

  test('a key whose DER has an indefinite length', () => {
    const der = KEY.export({ type: 'pkcs8', format: 'der' });
    der[1] = 0x80;
    const text = `-----BEGIN PRIVATE KEY-----\n${der.toString('base64')}\n-----END PRIVATE KEY-----\n`;
    expect(refusal(text).message).toContain('the file is damaged');
  });

  test('a key with the public numbers of another', () => {
    const jwk = { ...KEY.export({ format: 'jwk' }), n: rsa().publicKey.export({ format: 'jwk' }).n };
    expect(refusal(pkcs1Of(jwk)).message).toContain('do not match each other');
  });
});

describe('any bytes', () => {
  const answers = (bytes: Uint8Array): void => {
    try {
      readSigningKey(bytes, PLACE);
    } catch (error) {
      expect(error).toMatchObject({ code: 'CERTIFICATE_INVALID' });
      const text = inspect(error, { depth: 5 });
      for (const secret of SECRETS) expect(text).not.toContain(secret);
    }
  };
  const SECRETS = secretsOf(KEY);

  test('are refused, or are a key that works', () => {
    const file = Buffer.from(PKCS1);
    fc.assert(
      fc.property(fc.nat(file.length - 1), fc.nat(255), (at, octet) => {
        const changed = Buffer.from(file);
        changed[at] = octet;
        let key: ReturnType<typeof readSigningKey>;
        try {
          key = readSigningKey(changed, PLACE);
        } catch {
          return;
        }
        const published = createPublicKey({
          key: Buffer.from(key.publicKey.spki, 'base64'),
          format: 'der',
          type: 'spki',
        });
        const sent = createPrivateKey({ key: Buffer.from(key.der, 'base64'), format: 'der', type: 'pkcs1' });
        const text = Buffer.from('x');
        const padding = constants.RSA_PKCS1_OAEP_PADDING;
        expect(
          privateDecrypt({ key: sent, padding }, publicEncrypt({ key: published, padding }, text)),
        ).toEqual(text);
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    ['of blanks after a beginning', '-----BEGIN PRIVATE KEY-----\n', ' ', ''],
    ['of tabs before an end', '-----BEGIN PRIVATE KEY-----\n', '\t', '-----END X'],
    ['of beginnings', '', '-----BEGIN PRIVATE KEY-----\n', ''],
    ['of ends', '-----BEGIN PRIVATE KEY-----\n', '-----END ', ''],
    ['of empty blocks', '', '-----BEGIN A-----\n-----END A-----\n', ''],
    ['of one long label', '-----BEGIN ', 'A', ''],
  ])('64 kB %s take time in proportion to their length', (_, begin, unit, end) => {
    expectLinear((length) => {
      const times = Math.floor((length - begin.length - end.length) / unit.length);
      answers(Buffer.from(`${begin}${unit.repeat(times)}${end}`));
    }, 64 * 1024);
  });
});
