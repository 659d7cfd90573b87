import { stillAllowed } from '../allowances';
import { iso } from '../clock';
import {
  dnsRecordObject,
  FUNCTION_TIMEOUT_SECONDS,
  MINIMUM_OVERLAP_DAYS,
  type RotationSettings,
  recordName,
  s3Uri,
} from '../contract';
import { CERTIFICATE_CODES, nullOn } from '../errors';
import { type AuditRequest, controlOf, type Place } from '../event';
import { fetchKey } from '../key/key-source';
import { KEY_LIFETIME_DAYS, keyDueAt } from '../key/lifetime';
import type { RsaPublicKey } from '../key/public-key';
import {
  currentOwner,
  deadlineOf,
  isHeld,
  isWaiting,
  type KeyReference,
  type Ledger,
  type Wanted,
} from '../ledger/ledger';
import { readLedger } from '../ledger/ledger-store';
import { describedKey, readInformation } from '../manager/dns-information';
import { inForceIn, ledgersElsewhereIfKnown, signersEverywhere } from '../rotation/other-regions';
import { type SelectorStage, stageAsData } from '../rotation/stages';
import type { Services, World } from '../world';
import { type DomainReport, domainReport, type Finding, finding, unchecked } from './findings';
import { judgeFormer, recordSeen } from './judge-former';
import { judgeKey } from './judge-key';
import { judgeAlias, judgeRecord } from './judge-record';
import { judgeRegions } from './judge-regions';
import { judgeOpen, judgeSigning, judgeUnverified } from './judge-signing';
import { judgeTurn } from './judge-turn';

/** What one look at one domain needs. */
export interface AuditWorld {
  readonly world: World;
  /** Of the domain's region. */
  readonly services: Services;
  readonly gate: AuditRequest['gate'];
  /** Resolves when it is this domain's turn to ask SES. */
  readonly sesTurn: () => Promise<void>;
}

/** Looks at one domain. Reads only; never throws: what could not be found out is a finding as well. */
export async function auditDomain(look: AuditWorld, place: Place): Promise<DomainReport> {
  try {
    return await lookAt(look, place);
  } catch (error) {
    return unchecked(place, 'NOT_CHECKED', `It could not be checked: ${(error as Error).message}`);
  }
}

async function lookAt(look: AuditWorld, place: Place): Promise<DomainReport> {
  const { world, services } = look;
  const { domain } = place;
  const bucket = world.environment.keyStoreBucket;
  const ledger = await readLedger(services.store, bucket, place);
  if (ledger === null)
    return unchecked(
      place,
      'NOT_MANAGED',
      'There is no ledger of it: this project has never changed it, or its ledger is gone.',
    );
  const elsewhere = await ledgersElsewhereIfKnown(world, services, place, ledger);
  const wanted = ledger.open?.wanted ?? ledger.inForce;
  if (wanted === null) {
    const former = await orUnknown('Earlier selectors', () => lookAtFormer(look, ledger, elsewhere));
    const findings = [...judgeUnverified(ledger), ...former.findings];
    const notes = ['nothing is in force', ...(former.notes ?? [])];
    return domainReport(place, { selector: null, findings, notes });
  }
  const { keyLifetimeDays = KEY_LIFETIME_DAYS } = rotationOf(ledger);
  const [signing, key] = await Promise.all([
    orUnknown('What SES signs with', () => lookAtSigning(look, place, wanted)),
    orUnknown('The private key (and so the record)', () => lookAtKey(look, domain, wanted, keyLifetimeDays)),
  ]);
  const record = key.failed
    ? NOTHING_SEEN
    : await orUnknown('The record', () => lookAtRecord(look, ledger, wanted, key.publicKey));
  const former = await orUnknown('Earlier selectors', () => lookAtFormer(look, ledger, elsewhere));
  const underWay = isUnderWay(ledger, world.clock.now());
  const itself = judgeTurn(ledger, key.madeAt, world.clock.now());
  const { open } = ledger;
  // What SES has not verified goes back by itself: nobody need do anything yet.
  const waits = isWaiting(open) && signing.ses?.status !== 'FAILED';
  const findings = [
    // While a change is under way SES has what was before, what is wanted, or either in turn.
    ...(underWay ? [] : signing.findings.filter(({ code }) => code !== 'NOT_VERIFIED' || !waits)),
    ...judgeOpen(open, world.clock.now()),
    ...judgeUnverified(ledger),
    ...record.findings,
    ...itself.left(key.findings),
    ...itself.left(former.findings),
    ...itself.findings,
    ...judgeRegions(ledger, elsewhere, world.clock.now()),
  ];
  return domainReport(place, {
    selector: wanted.selector,
    findings,
    ses: signing.ses,
    fingerprint: key.publicKey?.fingerprint,
    keyDueAt: key.madeAt === undefined ? undefined : iso(keyDueAt(key.madeAt, keyLifetimeDays)),
    otherRegions: elsewhere?.length ? elsewhere.map(inForceIn) : undefined,
    due: itself.due,
    stages: former.stages?.length ? former.stages.map(stageAsData) : undefined,
    notes: [
      ...(underWay ? ['a change is under way'] : []),
      ...(waits ? [`SES has until ${iso(deadlineOf(open))} to verify the change`] : []),
      ...itself.notes,
      ...(record.notes ?? []),
      ...(former.notes ?? []),
    ],
  });
}

/** As its stack says. */
const rotationOf = (ledger: Ledger): RotationSettings => currentOwner(ledger)?.rotation ?? {};

const isUnderWay = ({ lease, open }: Ledger, now: number): boolean =>
  isHeld(lease, now) || (open?.phase === 'opened' && now < open.startedAt + FUNCTION_TIMEOUT_SECONDS * 1000);

/** What one look found, and what was seen. */
interface Look {
  readonly findings: readonly Finding[];
  readonly ses?: DomainReport['ses'];
  readonly publicKey?: RsaPublicKey;
  readonly madeAt?: number;
  readonly notes?: readonly string[];
  readonly stages?: readonly SelectorStage[];
  /** It could not be looked at. */
  readonly failed?: true;
}

const NOTHING_SEEN: Look = { findings: [] };

/** What cannot be found out must not hide what can. */
async function orUnknown(what: string, work: () => Promise<Look>): Promise<Look> {
  try {
    return await work();
  } catch (error) {
    const found = `${what} could not be checked: ${(error as Error).message}`;
    return { findings: [finding('NOT_CHECKED', found)], failed: true };
  }
}

async function lookAtSigning(look: AuditWorld, place: Place, wanted: Wanted): Promise<Look> {
  await look.sesTurn();
  const state = await look.services.identities.get(place.domain);
  return {
    findings: judgeSigning(place.domain, wanted, state),
    ses: state && {
      origin: state.origin,
      selector: state.selector,
      status: state.status,
    },
  };
}

/** The key at rest. Its public half is taken from the record's description: no private key is read without need. */
async function lookAtKey(
  { world, services }: AuditWorld,
  domain: string,
  wanted: Wanted,
  lifetimeDays: number,
): Promise<Look> {
  const { store } = services;
  const { selector, key } = wanted;
  const own = world.environment.keyStoreBucket;
  const place = { bucket: key.bucket, key: key.key };
  const shown = s3Uri(place);
  const [head, stored] = await Promise.all([
    store.head(place),
    // We describe keys in our own bucket only; in another one we may not even look.
    readInformation(store, { bucket: own, key: dnsRecordObject(domain, selector) }),
  ]);
  const information = stored.kind === 'ours' ? stored.information : undefined;
  const described = ofFingerprint(information && describedKey(information), key.fingerprint);
  const publicKey = described ?? (await appliedKey(world, services, key));
  const madeAt = described ? Date.parse(information!.createdAt) : head?.lastModified?.getTime();
  const atRest = { place: shown, etag: head?.etag ?? null, appliedEtag: key.etag, madeAt };
  return {
    findings: judgeKey(atRest, lifetimeDays, world.clock.now()),
    madeAt,
    publicKey,
  };
}

/** The public half of the private key that was applied, if it is still there. */
async function appliedKey(
  world: World,
  { store }: Services,
  key: KeyReference,
): Promise<RsaPublicKey | undefined> {
  const found = await nullOn(fetchKey(store, world.redactor, key), ...CERTIFICATE_CODES);
  return ofFingerprint(found?.key.publicKey, key.fingerprint);
}

const ofFingerprint = (key: RsaPublicKey | undefined, fingerprint: string): RsaPublicKey | undefined =>
  key?.fingerprint === fingerprint ? key : undefined;

/** How many selectors that signed once are looked at: the newest, one audit after the other. */
const FORMER = 3;

/** The records of selectors that signed once: each is needed for a while, and then no more. */
async function lookAtFormer(
  look: AuditWorld,
  ledger: Ledger,
  elsewhere: readonly Ledger[] | null,
): Promise<Look> {
  const { world, services } = look;
  const judged: ReturnType<typeof judgeFormer>[] = [];
  const { overlapDays = MINIMUM_OVERLAP_DAYS, revoked = [] } = rotationOf(ledger);
  const stopped = signersEverywhere(ledger, elsewhere).filter(({ stoppedAt }) => stoppedAt !== null);
  for (const signer of stopped.slice(-FORMER)) {
    const { selector } = signer;
    const key = dnsRecordObject(ledger.domain, selector);
    const stored = await readInformation(services.store, { bucket: world.environment.keyStoreBucket, key });
    // Of a key that we did not make or describe, nobody can tell which record is its own.
    if (stored.kind !== 'ours') continue;
    const expected = ofFingerprint(describedKey(stored.information), stored.information.fingerprint);
    if (expected === undefined) continue;
    const record = recordSeen(await ask(look, ledger, selector, expected));
    const isRevoked = revoked.includes(selector);
    const facts = { ...signer, record };
    judged.push(judgeFormer(ledger.domain, facts, overlapDays, world.clock.now(), isRevoked));
  }
  return {
    findings: judged.flatMap(({ findings }) => findings),
    notes: judged.flatMap(({ notes }) => notes),
    stages: judged.map(({ stage }) => stage),
  };
}

/** As its stack asks: in a closed network nobody else may answer. */
function ask({ world, gate }: AuditWorld, ledger: Ledger, selector: string, expected: RsaPublicKey) {
  return world.prove(
    {
      domain: ledger.domain,
      selector,
      expected,
      ...gate,
      ...stillAllowed(currentOwner(ledger)?.gate ?? {}, controlOf(world.environment)),
      waitSeconds: 0,
    },
    { clock: world.clock, remainingMs: () => world.remainingMs() },
  );
}

async function lookAtRecord(
  look: AuditWorld,
  ledger: Ledger,
  { selector }: Wanted,
  expected: RsaPublicKey | undefined,
): Promise<Look> {
  const name = recordName(ledger.domain, selector);
  if (expected === undefined) {
    const found = `The record ${name} could not be compared: neither the key that was applied nor its description is there.`;
    const todo = 'Bring the private key back, then run the audit again.';
    return { findings: [finding('DNS_UNKNOWN', found, { todo })] };
  }
  const outcome = await ask(look, ledger, selector, expected);
  const { findings, notes } = judgeRecord(outcome);
  return {
    findings: [...findings, ...judgeAlias(outcome, ledger.domain, selector, rotationOf(ledger))],
    notes,
  };
}
