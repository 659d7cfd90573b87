import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';

/** A private key that mail is signed with. */
export interface CaseKey {
  readonly label: string;
  readonly privateKey: KeyObject;
}

/** One way in which a record departs from the plain one, and why verifiers differ about it where they do. */
export interface Feature {
  readonly label: string;
  /** Why some verifier sees it otherwise than the gate. */
  readonly why?: string;
  /** May be combined with others, so that what is generated stays a record of one kind. */
  readonly combines?: boolean;
  apply(draft: Draft, context: { readonly key: CaseKey; readonly other: CaseKey }): void;
}

/** A record in the making. */
export interface Draft {
  version: string | undefined;
  keyType: string | undefined;
  p: string;
  readonly extra: string[];
  glue: string;
  end: string;
  order: 'usual' | 'p first' | 'v last';
  finish(value: string): string;
  /** Further records at the same name. */
  readonly more: string[];
  /** The record is not there. */
  absent: boolean;
}

export interface RecordCase {
  readonly id: string;
  readonly key: CaseKey;
  readonly features: readonly Feature[];
  /** Values of the TXT records at the name. */
  readonly values: readonly string[];
}

const derOf = ({ privateKey }: CaseKey, type: 'spki' | 'pkcs1'): Buffer =>
  createPublicKey(privateKey).export({ type: type as 'spki', format: 'der' });

const spki = (key: CaseKey): string => derOf(key, 'spki').toString('base64');

const spaced = (text: string, by: string): string => text.match(/.{1,60}/g)!.join(by);

const extra = (label: string, spec: string, why?: string): Feature => ({
  label,
  why,
  combines: true,
  apply: (draft) => {
    draft.extra.push(spec);
  },
});

const inP = (
  label: string,
  change: (p: string, context: { key: CaseKey; other: CaseKey }) => string,
  why?: string,
): Feature => ({
  label,
  why,
  apply: (draft, context) => {
    draft.p = change(draft.p, context);
  },
});

const whole = (label: string, finish: (value: string) => string, why?: string): Feature => ({
  label,
  why,
  apply: (draft) => {
    draft.finish = finish;
  },
});

const set = (
  label: string,
  change: Partial<Draft>,
  options: { why?: string; combines?: boolean } = {},
): Feature => ({
  label,
  ...options,
  apply: (draft) => {
    Object.assign(draft, change);
  },
});

const LENIENT = 'RFC 6376 has no such tag list; this verifier reads what it can';
const GRANULARITY = 'g= was abolished by RFC 6376; this verifier still heeds it';

export const FEATURES: readonly Feature[] = [
  set('plain', {}),
  set('no v=', { version: undefined }, { combines: true }),
  set('no k=', { keyType: undefined }, { combines: true }),
  set('semicolon at the end', { end: ';' }, { combines: true }),
  set('semicolon and space at the end', { end: '; ' }, { combines: true }),
  set('no spaces', { glue: ';' }, { combines: true }),
  set('tabs and spaces around semicolons', { glue: ' \t; \t' }, { combines: true }),
  set('p= before k=', { order: 'p first' }, { combines: true }),
  set('v= last', { order: 'v last' }, { why: 'RFC 6376 wants v= first; this verifier does not look' }),
  set('v=DKIM2', { version: 'v=DKIM2' }),
  set('v=dkim1', { version: 'v=dkim1' }),
  set('empty v=', { version: 'v=' }, { why: 'takes an empty v= for none' }),
  set('spaces around =', { version: 'v = DKIM1', keyType: 'k = rsa' }),
  set('k=RSA', { keyType: 'k=RSA' }, { why: 'compares k= without regard to case' }),
  set('empty k=', { keyType: 'k=' }, { why: 'takes an empty k= for none' }),
  set(
    'k=ed25519 with an RSA key',
    { keyType: 'k=ed25519' },
    { why: 'compares the keys without regard to k=' },
  ),
  set('k=unknown', { keyType: 'k=dsa' }),
  extra('h=sha256', 'h=sha256'),
  extra('h=sha1:sha256', 'h=sha1:sha256'),
  extra(
    'h=sha1 : sha256',
    'h=sha1 : sha256',
    'does not allow the white space around the colon that RFC 6376 allows',
  ),
  extra('h=sha1', 'h=sha1', 'does not check h= here'),
  extra('h=sha512', 'h=sha512', 'does not check h= here'),
  extra('empty h=', 'h=', 'takes an empty h= for none, or does not check it'),
  extra('s=email', 's=email'),
  extra('s=*', 's=*'),
  extra('s=email:other', 's=email:other', 'does not read s= as a list'),
  extra(
    's=other : email',
    's=other : email',
    'RFC 6376 allows it, and most verifiers fail it, so the gate does',
  ),
  extra('s=tlsrpt', 's=tlsrpt'),
  extra('s=other', 's=other'),
  extra('empty s=', 's=', 'takes an empty s= for none, or does not check it'),
  extra('t=y', 't=y'),
  extra('t=s', 't=s'),
  extra('t=y:s', 't=y:s'),
  extra('t=future', 't=future'),
  extra('n=notes', 'n=rotated in spring'),
  extra('unknown tag', 'x=unknown'),
  extra('unknown tag with underscore and digits', 'x_1=unknown'),
  extra('unknown tag without value', 'x='),
  extra('g=*', 'g=*'),
  extra('empty g=', 'g=', GRANULARITY),
  extra('g= of somebody else', 'g=somebody-else', GRANULARITY),
  extra('capital P=', 'P=nothing'),
  extra('tag without =', 'nonsense'),
  extra('empty tag', '', LENIENT),
  extra('tag name with a digit first', '1a=x', LENIENT),
  extra('tag twice', 't=s; t=s', 'RFC 6376 §3.2 refuses a repeated tag; this verifier takes one of them'),
  extra(
    'octets outside of ASCII',
    'n=r\u00e9sum\u00e9',
    'RFC 6376 allows ASCII only; this verifier does not look',
  ),
  extra('long notes (over 1024 octets with a key of 2048 bits)', `n=${'x'.repeat(700)}`, 'reads 1024 octets'),
  inP('spaces in p=', (p) => spaced(p, ' ')),
  inP('tabs in p=', (p) => spaced(p, '\t')),
  inP('folds in p=', (p) => spaced(p, '\r\n ')),
  inP(
    'bare line feeds in p=',
    (p) => spaced(p, '\n'),
    'RFC 6376 knows no bare line feed; this verifier takes it for white space',
  ),
  inP('p= of another key', (_, { other }) => spki(other)),
  inP('empty p= (revoked)', () => ''),
  inP('p= cut short', (p) => p.slice(0, -7)),
  inP('p= cut at a multiple of four', (p) => p.slice(0, 120)),
  inP('p= with one character changed', (p) => `${p.slice(0, 80)}${p[80] === 'A' ? 'B' : 'A'}${p.slice(81)}`),
  inP(
    'p= with a character that is not base64',
    (p) => `${p.slice(0, 80)}*${p.slice(80)}`,
    'skips what is not base64',
  ),
  inP('p= with URL-safe base64', (p) => p.replaceAll('+', '-').replaceAll('/', '_')),
  inP(
    'p= with a bare RSAPublicKey',
    (_, { key }) => derOf(key, 'pkcs1').toString('base64'),
    'reads RSAPublicKey, which RFC 6376 names; most verifiers read SubjectPublicKeyInfo only, so the gate does not pass it',
  ),
  inP(
    'p= with octets behind the key',
    (_, { key }) => Buffer.concat([derOf(key, 'spki'), Buffer.from('abc')]).toString('base64'),
    'ignores what follows the key',
  ),
  inP('p= with PEM lines', (p) => `-----BEGIN PUBLIC KEY-----${p}-----END PUBLIC KEY-----`),
  inP('no p=', () => '\0'),
  whole('literal quotation marks', (value) => `"${value}"`, LENIENT),
  whole(
    'quotation marks inside, pasted in parts',
    (value) => `${value.slice(0, 80)}" "${value.slice(80)}`,
    'skips what is not base64; it is a sign that the value was pasted wrongly',
  ),
  whole('escaped semicolons', (value) => value.replaceAll(';', '\\;')),
  whole('white space before', (value) => `  ${value}`),
  whole('SPF instead', () => 'v=spf1 -all'),
  whole('empty value', () => ''),
  {
    label: 'two records, the right one first',
    why: 'takes the first record; which is first changes from answer to answer',
    apply: (draft, { other }) => {
      draft.more.push(`v=DKIM1; k=rsa; p=${spki(other)}`);
    },
  },
  {
    label: 'no record',
    apply: (draft) => {
      draft.absent = true;
    },
  },
];

/** The plain record of keys of other sizes. */
export const SIZES: ReadonlyMap<number, Feature> = new Map([
  [512, set('a key of 512 bits', {}, { why: 'does not check the size of the key' })],
  [768, set('a key of 768 bits', {}, { why: 'does not check the size of the key' })],
  [3072, set('a key of 3072 bits', {}, { why: 'SES takes 2048 bits at most; verifiers take more' })],
]);

export const makeKeys = (): CaseKey[] =>
  [1024, 2048, ...SIZES.keys()].map((bits) => ({
    label: `RSA-${bits}`,
    privateKey: generateKeyPairSync('rsa', { modulusLength: bits }).privateKey,
  }));

const build = (key: CaseKey, other: CaseKey, features: readonly Feature[]): string[] => {
  const draft: Draft = {
    version: 'v=DKIM1',
    keyType: 'k=rsa',
    p: spki(key),
    extra: [],
    glue: '; ',
    end: '',
    order: 'usual',
    finish: (value) => value,
    more: [],
    absent: false,
  };
  for (const feature of features) feature.apply(draft, { key, other });
  if (draft.absent) return [];
  const p = draft.p === '\0' ? undefined : `p=${draft.p}`;
  const rest =
    draft.order === 'p first' ? [p, ...draft.extra, draft.keyType] : [draft.keyType, ...draft.extra, p];
  const specs = draft.order === 'v last' ? [...rest, draft.version] : [draft.version, ...rest];
  const value = specs.filter((spec) => spec !== undefined).join(draft.glue) + draft.end;
  return [draft.finish(value), ...draft.more];
};

/** A sequence of numbers that is the same in every run. */
const sequence = (seed: number): ((below: number) => number) => {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
};

/** Every feature with two sizes of key, the plain record with all sizes, and `generated` combinations. */
export const makeCases = (keys: readonly CaseKey[], generated: number): RecordCase[] => {
  const [small, usual] = keys as [CaseKey, CaseKey];
  const cases: Omit<RecordCase, 'id'>[] = [];
  const add = (key: CaseKey, features: readonly Feature[]): void => {
    const other = key === small ? usual : small;
    cases.push({ key, features, values: build(key, other, features) });
  };
  for (const feature of FEATURES) for (const key of [small, usual]) add(key, [feature]);
  for (const [i, feature] of [...SIZES.values()].entries()) add(keys[i + 2]!, [feature]);
  const combining = FEATURES.filter(({ combines }) => combines);
  const pick = sequence(6376);
  for (let i = 0; i < generated; i += 1) {
    const features = new Set(Array.from({ length: 2 + pick(2) }, () => combining[pick(combining.length)]!));
    add(pick(4) === 0 ? usual : small, [...features]);
  }
  return cases.map((one, i) => ({ id: `c${i}`, ...one }));
};
