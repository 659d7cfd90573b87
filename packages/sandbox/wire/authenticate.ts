import type { CredentialRegistry, KnownCredentials } from '../contract/credentials';
import { AwsError, type Principal, type SandboxClock, type WireRequest } from '../contract/service';
import { modelOf } from './models';
import { isRegion } from './regions';
import { bodyHolds, type Signature, signatureHolds, signedAtMs } from './signature';

/** Limits how far a signature's time may be from the present. */
const SKEW_MS = 15 * 60_000;

export interface Clocks {
  /** The machine's time, which clients use. */
  real(): number;
  /** The sandbox's time, which functions use. It is never earlier than the machine's. */
  simulated(): number;
}

/** The sender's identity, as the request claims it. */
type Claim = Pick<Signature, 'accessKeyId' | 'sessionToken' | 'region'>;

interface ProvedClaim extends Claim {
  readonly secretAccessKey: string;
}

/**
 * Returns the holder of a key for callers in this process, who prove it with the secret itself.
 * @throws AwsError as for a signed request
 */
export function principalOf(
  { secretAccessKey, ...claim }: ProvedClaim,
  service: string,
  registry: CredentialRegistry,
  { now }: SandboxClock,
): Principal {
  const known = credentialsOf(claim, service, registry, now);
  if (known.credentials.secretAccessKey !== secretAccessKey)
    throw refusal(service, 'signature', { region: claim.region, signedAt: '' }, now());
  return known.principal;
}

function credentialsOf(
  { accessKeyId, sessionToken, region }: Claim,
  service: string,
  registry: CredentialRegistry,
  now: () => number,
): KnownCredentials {
  const refused = (why: Why) => refusal(service, why, { region, signedAt: '' }, now());
  if (!isRegion(region)) throw refused('region');
  const known = registry.find(accessKeyId);
  if (!known) throw refused('unknownKey');
  if (sessionToken !== known.credentials.sessionToken) throw refused('token');
  if (known.expiresAt !== undefined && known.expiresAt <= now()) throw refused('expiredToken');
  return known;
}

/** A request with the signature that its sender claims. */
export interface SignedRequest {
  readonly request: WireRequest;
  readonly signature: Signature;
}

/**
 * Returns the signer of a request, proved by the signature.
 * @param service the sandbox's name of the service, which has its own names for each refusal
 * @throws AwsError for an unknown key, a token that does not belong to it or has expired, an unknown region, a
 * signature that is too old or wrong, a body that differs from the signed one
 */
export function authenticate(
  { request, signature }: SignedRequest,
  service: string,
  registry: CredentialRegistry,
  clocks: Clocks,
): Principal {
  const refused = (why: Why) => refusal(service, why, signature, clocks.real());
  const known = credentialsOf(signature, service, registry, clocks.simulated);
  const at = signedAtMs(signature);
  if (Number.isNaN(at) || !signature.signedAt.startsWith(signature.day)) throw refused('signature');
  if (at + SKEW_MS < clocks.real()) throw refused('tooOld');
  if (at > clocks.simulated() + SKEW_MS) throw refused('tooNew');
  if (!signatureHolds(request, signature, known.credentials.secretAccessKey)) throw refused('signature');
  if (!bodyHolds(request)) throw refused('body');
  return known.principal;
}

type Why = 'region' | 'unknownKey' | 'token' | 'expiredToken' | 'tooOld' | 'tooNew' | 'signature' | 'body';

type Told = Pick<Signature, 'region' | 'signedAt'>;
type Sentence = string | ((signature: Told, now: number) => string);

/**
 * Words each refusal as its service does: its code, its sentence, and its status if that differs from the service's
 * usual one.
 */
type Words = Readonly<Record<Why, readonly [code: string, sentence: Sentence, statusCode?: number]>>;

function refusal(service: string, why: Why, signature: Told, now: number): AwsError {
  const protocol = modelOf(service)?.metadata.protocol;
  const words = wordsOf(service, protocol);
  const usual = protocol === 'json' || protocol === 'smithy-rpc-v2-cbor' ? 400 : 403;
  const [code, sentence, statusCode = usual] = words[why];
  return new AwsError(code, typeof sentence === 'string' ? sentence : sentence(signature, now), statusCode);
}

function wordsOf(service: string, protocol: string | undefined): Words {
  if (service === 's3') return S3;
  return protocol === 'query' ? QUERY : OTHERS;
}

const MISMATCH =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and ' +
  'signing method. Consult the service documentation for details.';

function words(unknownKey: string, signature: string, expiredToken: string): Words {
  const invalid = [unknownKey, 'The security token included in the request is invalid.'] as const;
  return {
    region: [signature, 'Credential should be scoped to a valid region. '],
    unknownKey: invalid,
    token: invalid,
    expiredToken: [expiredToken, 'The security token included in the request is expired'],
    tooOld: [
      signature,
      ({ signedAt }, now) =>
        `Signature expired: ${signedAt} is now earlier than ${amz(now - SKEW_MS)} (${amz(now)} - 15 min.)`,
    ],
    tooNew: [
      signature,
      ({ signedAt }, now) =>
        `Signature not yet current: ${signedAt} is still later than ${amz(now + SKEW_MS)} (${amz(now)} + 15 min.)`,
    ],
    signature: [signature, MISMATCH],
    body: [signature, MISMATCH],
  };
}

const QUERY = words('InvalidClientTokenId', 'SignatureDoesNotMatch', 'ExpiredToken');
const OTHERS = words('UnrecognizedClientException', 'InvalidSignatureException', 'ExpiredTokenException');

const SKEWED = [
  'RequestTimeTooSkewed',
  'The difference between the request time and the current time is too large.',
  403,
] as const;
const S3: Words = {
  region: [
    'AuthorizationHeaderMalformed',
    ({ region }) => `The authorization header is malformed; the region '${region}' is wrong`,
    400,
  ],
  unknownKey: ['InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.'],
  token: ['InvalidToken', 'The provided token is malformed or otherwise invalid.', 400],
  expiredToken: ['ExpiredToken', 'The provided token has expired.', 400],
  tooOld: SKEWED,
  tooNew: SKEWED,
  signature: ['SignatureDoesNotMatch', MISMATCH],
  body: [
    'XAmzContentSHA256Mismatch',
    "The provided 'x-amz-content-sha256' header does not match what was computed.",
    400,
  ],
};

const amz = (ms: number): string => new Date(ms).toISOString().replace(/[-:]|\.\d{3}/g, '');
