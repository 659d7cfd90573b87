import type { CredentialRegistry } from '../aws/credentials';
import { AwsError, type Principal, type WireRequest } from '../aws/service';
import { modelOf } from './models';
import { isRegion } from './regions';
import { bodyHolds, type Signature, signatureHolds, signedAtMs } from './signature';

/** How far a signature's time may be from now. */
const SKEW_MS = 15 * 60_000;

export interface Clocks {
  /** The machine's: what clients go by. */
  real(): number;
  /** The sandbox's, never earlier: what functions go by. */
  simulated(): number;
}

/**
 * Who signed a request, proved by the signature.
 * @param service the sandbox's name of the service, which has its own names for each refusal
 * @throws AwsError for an unknown key, a token that is not its own or has expired, a region that is none, a signature that
 * is too old or wrong, a body that is not the one signed
 */
export function authenticate(
  request: WireRequest,
  signature: Signature,
  service: string,
  registry: CredentialRegistry,
  clocks: Clocks,
): Principal {
  const refuse = refusals(service);
  if (!isRegion(signature.region)) throw refuse.region(signature.region);
  const known = registry.find(signature.accessKeyId);
  if (!known) throw refuse.unknownKey();
  if (signature.sessionToken !== known.credentials.sessionToken) throw refuse.token();
  if (known.expiresAt !== undefined && known.expiresAt <= clocks.simulated()) throw refuse.expiredToken();
  checkTime(signature, clocks, refuse);
  if (!signatureHolds(request, signature, known.credentials.secretAccessKey)) throw refuse.signature();
  if (!bodyHolds(request)) throw refuse.body();
  return known.principal;
}

function checkTime(signature: Signature, clocks: Clocks, refuse: Refusals): void {
  const at = signedAtMs(signature);
  if (Number.isNaN(at) || !signature.signedAt.startsWith(signature.day)) throw refuse.signature();
  if (at + SKEW_MS < clocks.real()) throw refuse.tooOld(signature.signedAt, clocks.real());
  if (at > clocks.simulated() + SKEW_MS) throw refuse.tooNew(signature.signedAt, clocks.real());
}

interface Refusals {
  unknownKey(): AwsError;
  signature(): AwsError;
  token(): AwsError;
  expiredToken(): AwsError;
  tooOld(signedAt: string, now: number): AwsError;
  tooNew(signedAt: string, now: number): AwsError;
  region(name: string): AwsError;
  body(): AwsError;
}

const MISMATCH =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and ' +
  'signing method. Consult the service documentation for details.';

function refusals(service: string): Refusals {
  if (service === 's3') return S3;
  const protocol = modelOf(service)?.metadata.protocol;
  const status = protocol === 'json' || protocol === 'smithy-rpc-v2-cbor' ? 400 : 403;
  return protocol === 'query' ? named(QUERY, 403) : named(JSON_NAMES, status);
}

interface Names {
  readonly unknownKey: string;
  readonly signature: string;
  readonly expiredToken: string;
}

const QUERY: Names = {
  unknownKey: 'InvalidClientTokenId',
  signature: 'SignatureDoesNotMatch',
  expiredToken: 'ExpiredToken',
};
const JSON_NAMES: Names = {
  unknownKey: 'UnrecognizedClientException',
  signature: 'InvalidSignatureException',
  expiredToken: 'ExpiredTokenException',
};

function named(names: Names, status: number): Refusals {
  const invalid = () =>
    new AwsError(names.unknownKey, 'The security token included in the request is invalid.', status);
  const signature = (message: string) => new AwsError(names.signature, message, status);
  const old = (signedAt: string, now: number) =>
    signature(
      `Signature expired: ${signedAt} is now earlier than ${amz(now - SKEW_MS)} (${amz(now)} - 15 min.)`,
    );
  return {
    unknownKey: invalid,
    token: invalid,
    signature: () => signature(MISMATCH),
    body: () => signature(MISMATCH),
    expiredToken: () =>
      new AwsError(names.expiredToken, 'The security token included in the request is expired', status),
    tooOld: old,
    tooNew: (signedAt, now) =>
      signature(
        `Signature not yet current: ${signedAt} is still later than ${amz(now + SKEW_MS)} (${amz(now)} + 15 min.)`,
      ),
    region: () => signature('Credential should be scoped to a valid region. '),
  };
}

const skewed = () =>
  new AwsError(
    'RequestTimeTooSkewed',
    'The difference between the request time and the current time is too large.',
    403,
  );

const S3: Refusals = {
  unknownKey: () =>
    new AwsError(
      'InvalidAccessKeyId',
      'The AWS Access Key Id you provided does not exist in our records.',
      403,
    ),
  signature: () => new AwsError('SignatureDoesNotMatch', MISMATCH, 403),
  token: () => new AwsError('InvalidToken', 'The provided token is malformed or otherwise invalid.', 400),
  expiredToken: () => new AwsError('ExpiredToken', 'The provided token has expired.', 400),
  tooOld: skewed,
  tooNew: skewed,
  region: (name) =>
    new AwsError(
      'AuthorizationHeaderMalformed',
      `The authorization header is malformed; the region '${name}' is wrong`,
      400,
    ),
  body: () =>
    new AwsError(
      'XAmzContentSHA256Mismatch',
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
      400,
    ),
};

const amz = (ms: number): string => new Date(ms).toISOString().replace(/[-:]|\.\d{3}/g, '');
