import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { WireRequest } from '../contract/service';

/**
 * Holds the parts of a request's signature (Signature Version 4) in its header. Presigned requests are not supported.
 */
export interface Signature {
  readonly accessKeyId: string;
  /** `YYYYMMDD`. */
  readonly day: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** `YYYYMMDDTHHMMSSZ`. */
  readonly signedAt: string;
  readonly sessionToken?: string;
}

export function readSignature({ headers }: WireRequest): Signature | undefined {
  const said = (name: string) => new RegExp(`${name}=([^,\\s]+)`).exec(headers.authorization ?? '')?.[1];
  const [accessKeyId, day, region, service, terminator] = (said('Credential') ?? '').split('/');
  if (!accessKeyId || !day || !region || !service || terminator !== 'aws4_request') return undefined;
  return {
    accessKeyId,
    day,
    region,
    service,
    signedHeaders: (said('SignedHeaders') ?? '').split(';'),
    signature: said('Signature') ?? '',
    signedAt: headers['x-amz-date'] ?? toAmzDate(headers.date) ?? '',
    sessionToken: headers['x-amz-security-token'],
  };
}

/** Returns the time of the signature, in milliseconds since the epoch; NaN if it carries none. */
export const signedAtMs = ({ signedAt }: Signature): number =>
  Date.parse(signedAt.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));

/** Returns whether the signature matches the request under the secret. */
export function signatureHolds(request: WireRequest, signature: Signature, secretAccessKey: string): boolean {
  const expected = signatureOf(request, signature, secretAccessKey);
  const given = Buffer.from(signature.signature, 'hex');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** Computes the correct signature of the request under the secret. */
export function signatureOf(request: WireRequest, signature: Signature, secretAccessKey: string): Buffer {
  const scope = `${signature.day}/${signature.region}/${signature.service}/aws4_request`;
  const canonical = canonicalRequest(request, signature);
  const text = `AWS4-HMAC-SHA256\n${signature.signedAt}\n${scope}\n${sha256(canonical)}`;
  return createHmac('sha256', signingKey(secretAccessKey, signature)).update(text).digest();
}

/** Returns whether the body is the signed one: its hash is part of the signature. */
export function bodyHolds({ headers, body }: WireRequest): boolean {
  const announced = headers['x-amz-content-sha256'];
  return (
    announced === undefined || !/^[0-9a-f]{64}$/i.test(announced) || announced.toLowerCase() === sha256(body)
  );
}

function canonicalRequest(request: WireRequest, { signedHeaders, service }: Signature): string {
  const headers = signedHeaders.map(
    (name) => `${name}:${(request.headers[name] ?? '').trim().replace(/ +/g, ' ')}\n`,
  );
  // S3 uses the path as it was sent; the others encode it once more (RFC 3986).
  const path = service === 's3' ? request.path : request.path.split('/').map(encode).join('/');
  const payload = request.headers['x-amz-content-sha256'] ?? sha256(request.body);
  return [
    request.method,
    path,
    canonicalQuery(request),
    headers.join(''),
    signedHeaders.join(';'),
    payload,
  ].join('\n');
}

function canonicalQuery({ query }: WireRequest): string {
  return [...query]
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([nameA, valueA], [nameB, valueB]) => compare(nameA, nameB) || compare(valueA, valueB))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

/** Compares code units, as the signature's sort order requires. */
function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Encodes a text as a signature requires (RFC 3986). */
export const encode = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

/** Caches signing keys, which are valid for a day, since a client signs many requests with one. */
const signingKeys = new Map<string, Buffer>();
const MOST_SIGNING_KEYS = 1000;

function signingKey(secret: string, { day, region, service }: Signature): Buffer {
  const name = `${secret}/${day}/${region}/${service}`;
  const known = signingKeys.get(name);
  if (known) return known;
  const key = [day, region, service, 'aws4_request'].reduce<Buffer>(
    (previous, part) => createHmac('sha256', previous).update(part).digest(),
    Buffer.from(`AWS4${secret}`),
  );
  if (signingKeys.size >= MOST_SIGNING_KEYS) signingKeys.clear();
  signingKeys.set(name, key);
  return key;
}

const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');

function toAmzDate(date: string | undefined): string | undefined {
  const at = Date.parse(date ?? '');
  return Number.isNaN(at) ? undefined : new Date(at).toISOString().replace(/[-:]|\.\d{3}/g, '');
}
