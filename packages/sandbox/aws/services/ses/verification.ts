import type { SandboxCore, SesVerificationOptions } from '../../../contract/core';
import { SENDING_BY_DEFAULT, type SendingMeanwhile } from '../../../contract/sending';
import { keyInRecord } from './dkim-key';
import type { Lookup } from './dns-lookup';
import { EASY_DKIM, type Identity, parentRegion } from './identity';
import { mxProblem } from './mail-from';
import type { Search } from './search';

export interface VerificationParts {
  readonly core: SandboxCore;
  /** Read at each check, since a person who practises may change it. */
  readonly pace: SesVerificationOptions;
  readonly lookup: Lookup;
  /** Finds an identity in another region, for replicated Easy DKIM. */
  find(region: string, name: string): Identity | undefined;
}

export interface Verifier {
  /** Looks up DNS if a check is due, and updates the statuses. */
  checkIfDue(identity: Identity): Promise<void>;
  /** Returns the tokens in the form of SES's answers. */
  tokensOf(identity: Identity): readonly string[];
  /** Returns whether a domain that could send may send until SES has verified what is put now. */
  sendingMeanwhile(): SendingMeanwhile;
  /** Schedules SES's own checks from now on. */
  watch(identity: Identity): void;
}

/** Makes SES's own searches for the records of identities, on the sandbox's clock. */
export function createVerifier(parts: VerificationParts): Verifier {
  const { pace, core } = parts;
  const underWay = new Map<Search, { readonly generation: number; readonly done: Promise<void> }>();
  const timers = new Map<Search, () => void>();

  const firstAfterMs = (identity: Identity, search: Search): number =>
    search === identity.dkim && identity.signing.origin === EASY_DKIM ? 0 : (pace.delayMs ?? 0);

  const check = async (identity: Identity, search: Search): Promise<void> => {
    const { generation } = search;
    const { mailFrom } = identity;
    const problem =
      mailFrom?.search === search
        ? await mxProblem(mailFrom, parts.lookup, identity.region)
        : await dkimProblem(identity, parts);
    if (search.generation !== generation) return;
    const now = core.clock.now();
    const isGivenUp = search.conclude(problem, now, pace);
    if (search !== identity.dkim) return;
    identity.dkimConcluded(now, isGivenUp && (pace.failureDisables ?? true));
    identity.soaRecord = await parts.lookup.soa(identity.name);
  };

  const checkSearchIfDue = (identity: Identity, search: Search): Promise<void> => {
    const running = underWay.get(search);
    if (running?.generation === search.generation) return running.done;
    const due = search.dueAt(pace, firstAfterMs(identity, search));
    if (due === undefined || core.clock.now() < due) return Promise.resolve();
    const { generation } = search;
    const done = check(identity, search).finally(() => {
      if (underWay.get(search)?.generation === generation) underWay.delete(search);
      plan(identity, search);
    });
    underWay.set(search, { generation, done });
    return done;
  };

  const plan = (identity: Identity, search: Search): void => {
    timers.get(search)?.();
    timers.delete(search);
    const at = search.checksAt(pace, firstAfterMs(identity, search));
    const isOurs = parts.find(identity.region, identity.name) === identity;
    if (!isOurs || !identity.searches.includes(search) || at === undefined) return;
    timers.set(
      search,
      core.clock.schedule(at, () => checkSearchIfDue(identity, search)),
    );
  };

  return {
    async checkIfDue(identity) {
      await Promise.all(identity.searches.map((search) => checkSearchIfDue(identity, search)));
    },
    tokensOf: ({ signing, tokens }) =>
      signing.selector !== undefined && pace.ownKeyTokens === 'none' ? [] : tokens,
    sendingMeanwhile: () => pace.sendingMeanwhile ?? SENDING_BY_DEFAULT,
    watch(identity) {
      for (const search of identity.searches) plan(identity, search);
    },
  };
}

/** Names the errors with which SES ends if it is configured to, regardless of DNS. */
const ENDINGS = { never: 'HOST_NOT_FOUND', fails: 'INVALID_VALUE' } as const;

/** Returns the `VerificationInfo.ErrorType`; undefined when the record is correct. */
async function dkimProblem(identity: Identity, parts: VerificationParts): Promise<string | undefined> {
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

/** Looks up Easy DKIM's three CNAME records. After a while they are assumed to exist. */
async function easyDkimProblem(identity: Identity, parts: VerificationParts): Promise<string | undefined> {
  if (parts.core.clock.now() >= identity.dkim.begun + (parts.pace.easyDkimDelayMs ?? 0)) return undefined;
  for (const token of identity.tokens) {
    const found = await parts.lookup.records(`${token}._domainkey.${identity.name}`, 'CNAME');
    if ('failure' in found) return found.failure;
    if (!found.values.some((value) => value.toLowerCase().startsWith(`${token}.dkim.`)))
      return 'INVALID_VALUE';
  }
  return undefined;
}

/** Checks the primary identity that a replica of another region's Easy DKIM needs. */
function replicationProblem(identity: Identity, parts: VerificationParts): string | undefined {
  const region = parentRegion(identity.signing.origin) ?? identity.region;
  if (region === identity.region) return 'REPLICATION_PRIMARY_INVALID_REGION';
  const primary = parts.find(region, identity.name);
  if (!primary) return 'REPLICATION_PRIMARY_NOT_FOUND';
  if (primary.signing.origin === 'EXTERNAL') return 'REPLICATION_PRIMARY_BYO_DKIM_NOT_SUPPORTED';
  return primary.signing.origin === EASY_DKIM ? undefined : 'REPLICATION_REPLICA_AS_PRIMARY_NOT_SUPPORTED';
}
