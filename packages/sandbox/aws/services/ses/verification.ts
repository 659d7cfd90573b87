import type { SandboxCore, SesVerificationOptions } from '../../core';
import { keyInRecord } from './dkim-key';
import type { Lookup } from './dns-lookup';
import { EASY_DKIM, type Identity, parentRegion } from './identity';

const HOUR_MS = 3_600_000;
/** SES searches for the record that long, and bears a lost one that long. */
const SEARCH_MS = 72 * HOUR_MS;

export interface VerificationParts {
  readonly core: SandboxCore;
  /** Looked at each time: whoever practises changes it. */
  readonly pace: SesVerificationOptions;
  readonly lookup: Lookup;
  /** An identity of another region, for replicated Easy DKIM. */
  find(region: string, name: string): Identity | undefined;
}

export type Verifier = ReturnType<typeof createVerifier>;

/** SES's own search for the DKIM record, on the sandbox's clock. */
export function createVerifier(parts: VerificationParts) {
  const underWay = new Map<Identity, { readonly generation: number; readonly done: Promise<void> }>();

  const isDue = (identity: Identity): boolean => {
    const { status, signing, changedAt, lastCheckedAt } = identity;
    const { delayMs = 0, retryIntervalMs = 0, recheckIntervalMs = 24 * HOUR_MS } = parts.pace;
    const now = parts.core.clock.now();
    if (status === 'NOT_STARTED' || status === 'FAILED') return false;
    if (lastCheckedAt === undefined) return now >= changedAt + (signing.origin === EASY_DKIM ? 0 : delayMs);
    return now >= lastCheckedAt + (status === 'SUCCESS' ? recheckIntervalMs : retryIntervalMs);
  };

  const check = async (identity: Identity): Promise<void> => {
    const { generation } = identity;
    const problem = await findProblem(identity, parts);
    if (identity.generation === generation) conclude(identity, problem, parts.core.clock.now(), parts.pace);
    if (identity.generation === generation) identity.soaRecord = await parts.lookup.soa(identity.name);
  };

  return {
    /** Looks at DNS if it is time to, and moves the status. */
    checkIfDue(identity: Identity): Promise<void> {
      const running = underWay.get(identity);
      if (running?.generation === identity.generation) return running.done;
      if (!isDue(identity)) return Promise.resolve();
      const { generation } = identity;
      const done = check(identity).finally(() => {
        if (underWay.get(identity)?.generation === generation) underWay.delete(identity);
      });
      underWay.set(identity, { generation, done });
      return done;
    },
  };
}

/** What SES says where it is told to end otherwise than DNS would have it. */
const ENDINGS = { never: 'HOST_NOT_FOUND', fails: 'INVALID_VALUE' } as const;

/** `VerificationInfo.ErrorType`, or undefined when the record is as it must be. */
async function findProblem(identity: Identity, parts: VerificationParts): Promise<string | undefined> {
  const { signing } = identity;
  const { ending } = parts.pace;
  if (ending && signing.origin === 'EXTERNAL' && ending !== 'asPublished') return ENDINGS[ending];
  if (signing.origin === EASY_DKIM) return easyDkimProblem(identity, parts);
  if (signing.selector === undefined) return replicationProblem(identity, parts);
  const found = await parts.lookup.records(`${signing.selector}._domainkey.${identity.name}`, 'TXT');
  if ('failure' in found) return found.failure;
  const key = 'key' in signing ? signing.key : undefined;
  const matches = found.values
    .map(keyInRecord)
    .some((half) => half && key && half.modulus === key.modulus && half.exponent === key.exponent);
  return matches ? undefined : 'INVALID_VALUE';
}

/** Easy DKIM's three CNAME records: looked up at first, taken to be there after a while. */
async function easyDkimProblem(identity: Identity, parts: VerificationParts): Promise<string | undefined> {
  if (parts.core.clock.now() >= identity.changedAt + (parts.pace.easyDkimDelayMs ?? 0)) return undefined;
  for (const token of identity.tokens) {
    const found = await parts.lookup.records(`${token}._domainkey.${identity.name}`, 'CNAME');
    if ('failure' in found) return found.failure;
    if (!found.values.some((value) => value.toLowerCase().startsWith(`${token}.dkim.`)))
      return 'INVALID_VALUE';
  }
  return undefined;
}

/** A replica of another region's Easy DKIM needs its primary. */
function replicationProblem(identity: Identity, parts: VerificationParts): string | undefined {
  const region = parentRegion(identity.signing.origin) ?? identity.region;
  if (region === identity.region) return 'REPLICATION_PRIMARY_INVALID_REGION';
  const primary = parts.find(region, identity.name);
  if (!primary) return 'REPLICATION_PRIMARY_NOT_FOUND';
  if (primary.signing.origin === 'EXTERNAL') return 'REPLICATION_PRIMARY_BYO_DKIM_NOT_SUPPORTED';
  return primary.signing.origin === EASY_DKIM ? undefined : 'REPLICATION_REPLICA_AS_PRIMARY_NOT_SUPPORTED';
}

function conclude(
  identity: Identity,
  problem: string | undefined,
  now: number,
  { ending }: SesVerificationOptions,
): void {
  identity.lastCheckedAt = now;
  identity.errorType = problem;
  if (problem === undefined) {
    identity.lastSuccessAt = now;
    identity.failingSince = undefined;
    identity.verifiedForSending = true;
    identity.status = 'SUCCESS';
  } else {
    identity.failingSince ??= identity.status === 'SUCCESS' ? now : identity.changedAt;
    const wasVerified = identity.failingSince !== identity.changedAt;
    const givenUp = ending === 'fails' || now - identity.failingSince >= SEARCH_MS;
    const temporary = wasVerified || problem === 'DNS_SERVER_ERROR';
    identity.status = givenUp ? 'FAILED' : temporary ? 'TEMPORARY_FAILURE' : 'PENDING';
    if (givenUp) identity.verifiedForSending = false;
  }
  identity.note(now);
}
