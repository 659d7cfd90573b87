import { dnsRecordsFolder, privateKeyObject, s3Uri } from '../../handlers/contract/contract';
import type { PublicKey } from '../../handlers/keys/format/public-key';
import { dnsRecord } from '../../handlers/keys/state/dns-record';
import type { DnsRecord } from '../../handlers/words/record';
import { inRegion } from '../../list/domain-list';
import { findPublished } from '../dns/prove';
import { failure } from '../errors/cli-error';
import { accountOf, bucketOf } from '../target/domain-list';
import { findRecord, publicHalf, readKeyBytes } from '../target/find-record';
import { askFunction, findTarget, functionOf, selectorOf, type Target, targetIn } from '../target/target';
import type { StoredKey } from '../words/key';
import type { Cli, DomainOptions } from '../world/cli';
import type { NewObject } from '../world/world';

/** A private key that its owner brings, with its place. */
export interface PutPlan {
  readonly target: Target;
  readonly selector: string;
  readonly bytes: Buffer;
  readonly key: PublicKey;
  readonly record: DnsRecord;
  /** Whether DNS has the record of the key. */
  readonly isPublished: boolean;
  readonly keyPlace: Place;
  /** Place of the record, as DNS information. */
  readonly recordPlace: Place;
}

type Place = Omit<NewObject, 'body'>;

/** Finds the domain of a command for its key, which is the home's entry if an entry shares the key of another region. */
export async function findKeyTarget(cli: Cli, options: DomainOptions, text: string): Promise<Target> {
  const target = await findTarget(cli, options, text);
  const { home } = target.listed ?? {};
  if (home === undefined) return target;
  cli.out.note({ code: 'HOME_HAS_KEY', facts: { entry: target.entry, home } });
  const { region: _, ...others } = options;
  return targetIn(cli.world, others, target.list, home);
}

/**
 * Reads a key, compares it with DNS, and returns its place. Writes nothing.
 * @throws CliError for a key that SES does not accept; SELECTOR_IN_USE if the record of another key is published
 */
export async function planPut(
  cli: Cli,
  options: DomainOptions,
  text: string,
  file: string,
): Promise<PutPlan> {
  const target = await findKeyTarget(cli, options, text);
  const selector = selectorOf(target, options.selector);
  const bytes = await readKeyBytes(cli.world, file);
  const key = publicHalf(bytes, file);
  const isPublished = await requirePair(cli, target, { selector, file, fingerprint: key.fingerprint });
  const { domain, listed } = target;
  const { keyStore = {}, keyLifetimeDays, mailFrom } = listed ?? {};
  const { region } = functionOf(target);
  const request = { domain, selector, region, mailFrom, rotation: { keyLifetimeDays } };
  const folder = keyStore.dnsRecords ?? dnsRecordsFolder(domain);
  const place = await placeOf(cli, target);
  return {
    target,
    selector,
    bytes,
    key,
    record: dnsRecord(request, key, cli.world.clock.now()),
    isPublished,
    keyPlace: { ...place, key: keyStore.privateKey ?? privateKeyObject(domain, selector) },
    recordPlace: { ...place, key: folder.endsWith('/') ? `${folder}${selector}.json` : folder },
  };
}

/** Returns the bucket of a domain's keys and its account. The function knows the bucket if the list does not. */
async function placeOf(cli: Cli, target: Target): Promise<Omit<Place, 'key'>> {
  const { list, listed } = target;
  const { region } = functionOf(target);
  const { kmsKeyArn } = list?.control.keyStore ?? {};
  const named = list && listed && bucketOf(list, listed);
  const bucket = named ?? (await askFunction(cli, target, 'status')).keyStoreBucket;
  const account = accountOf(list) ?? (await cli.world.callerAccount(region));
  return { region, bucket, account, kmsKeyArn: kmsKeyArn && inRegion(kmsKeyArn, region) };
}

/** A key file and its selector. */
interface Offer {
  readonly selector: string;
  readonly file: string;
  readonly fingerprint: string;
}

/** Returns whether the record of the key is published. @throws CliError if that of another key is */
async function requirePair(
  { world, out }: Cli,
  { domain, gate }: Target,
  { selector, file, fingerprint: expected }: Offer,
): Promise<boolean> {
  const { recordName, servers } = await findPublished(world, { domain, selector, gate });
  const published = servers.flatMap((each) => each.fingerprint ?? []);
  if (servers.every(({ verdict }) => verdict === 'unreachable'))
    out.note({ code: 'KEY_NOT_COMPARED', facts: { recordName } });
  const found = published.find((each) => each !== expected);
  if (found === undefined) return published.length > 0;
  throw failure('SELECTOR_IN_USE', { kind: 'published', file, recordName, expected, found });
}

/**
 * Stores the key and its record, unless they exist already.
 * @throws CliError SELECTOR_IN_USE if another key is stored there
 */
export async function storeKey(cli: Cli, plan: PutPlan): Promise<StoredKey> {
  const { bytes, record, keyPlace, recordPlace, key, selector, isPublished } = plan;
  const isStored = await cli.world.storeNew({ ...keyPlace, body: bytes });
  if (!isStored) await requireSameKey(cli, plan);
  const body = `${JSON.stringify({ format: 1, ...record }, null, 2)}\n`;
  const isDescribed = await cli.world.storeNew({ ...recordPlace, body });
  const { bits, fingerprint } = key;
  const { domain } = plan.target;
  const ifThere = isDescribed ? 'record' : 'nothing';
  const written = isStored ? 'key-and-record' : ifThere;
  return { domain, selector, storedAt: s3Uri(keyPlace), written, bits, fingerprint, isPublished };
}

async function requireSameKey(cli: Cli, { target, selector, key, keyPlace }: PutPlan): Promise<void> {
  const there = await findRecord(cli, target, selector);
  const { fingerprint: expected } = key;
  const { fingerprint: found } = there.key;
  if (found !== expected || there.refusal)
    throw failure('SELECTOR_IN_USE', { kind: 'stored', place: s3Uri(keyPlace), expected, found });
}
