/** Reads from the engine's state whether a stack was applied completely. */

import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { CONTRACT_REVISION, homeAmong } from '../../handlers/contract/contract';
import type { Sharer } from '../../handlers/contract/input/event-schema';
import {
  APPLIED_OUTPUT,
  type Backend,
  BEGUN_OUTPUT,
  controlStackId,
  type DomainList,
  REVISION_OUTPUT,
  regionsOf,
  type S3Backend,
  STATE_SUFFIX,
} from '../../list/domain-list';
import { parseEntryKey } from '../../list/entry-key';
import type { KnownEngine } from '../../packages/engine/engine-version';
import { mapConcurrently } from '../pace/concurrency';
import type { UnreadStates } from '../words/meaning';
import type { Renaming, Twin, Unlisted } from '../words/unlisted';
import { type EntryOfStack, findRenamings } from './renaming';

export interface AppliedState {
  /** Hash of the configuration that was applied completely; absent if there is none, or if another apply has begun since. */
  readonly hash?: string;
  /** The record's name in the last complete apply. */
  readonly recordName?: string;
  /** Region of its `Baseline`. */
  readonly region?: string;
  /** Region of the entry with whose key it was applied; absent if it has its own key. */
  readonly home?: string;
  /** The MAIL FROM domain whose MX record it publishes in Route 53. */
  readonly mailFrom?: string;
  /** Revision of the contract with which a control stack was applied. */
  readonly revision?: number;
  /** Whether SES had verified the record at that time. */
  readonly verified?: boolean;
  /** Addresses of the resources that it manages, sorted. */
  readonly resources: readonly string[];
  /** Addresses of resources that were made but not read back, which the engine would replace. */
  readonly tainted: readonly string[];
  /** Whether the engine has read back each of them, and none is left to delete. */
  readonly isWhole: boolean;
  /** The engine that wrote it. */
  readonly engine?: Pick<KnownEngine, 'kind' | 'version'>;
  /** Whether it is empty or cut off, so that an engine might treat it as missing. */
  readonly isBroken?: true;
  /** Whether its lock exists: an engine works on it, or was killed before it wrote down its last change. */
  readonly isLocked?: true;
  /** Time at which it was written, in milliseconds since the epoch. */
  readonly writtenAt: number;
}

/** Returns the revision of a control stack if a newer checkout has deployed it. */
export const newerRevision = ({ revision = 0 }: Pick<AppliedState, 'revision'> = {}): number | undefined =>
  revision > CONTRACT_REVISION ? revision : undefined;

/** The parts of a resource in a state file that are read here. */
interface StateResource {
  readonly mode: string;
  readonly type: string;
  readonly name: string;
  readonly provider?: string;
  readonly instances?: readonly {
    readonly status?: string;
    readonly deposed?: string;
    readonly attributes?: { readonly input?: unknown; readonly type?: unknown; readonly name?: unknown };
  }[];
}

/** The parts of a state file that are read here. */
interface StateFile {
  readonly version?: number;
  readonly terraform_version?: string;
  readonly outputs?: Readonly<Record<string, { readonly value?: unknown }>>;
  readonly resources?: readonly StateResource[];
}

const FORMAT = 4;
const NONE: AppliedState = { resources: [], tainted: [], isWhole: true, writtenAt: 0 };

/** Reads a state file. @returns undefined if the text is not a state of a known format */
export function parseState(text: string, writtenAt: number): AppliedState | undefined {
  let state: StateFile;
  try {
    state = JSON.parse(text);
  } catch {
    return { ...NONE, isBroken: true, writtenAt };
  }
  const { outputs = {}, resources = [], terraform_version: version = '' } = state;
  if (state.version !== FORMAT) return undefined;
  const managed = resources.filter(({ mode }) => mode === 'managed');
  const [hash, nameOfRecord] = [outputs[APPLIED_OUTPUT]?.value, outputs.record_name?.value];
  const [region] = managed.flatMap(sentFor('Baseline')).flatMap((sent) => sent.region ?? []);
  const [home] = managed.flatMap(sentFor('Signing')).flatMap((sent) => homeIn(sent) ?? []);
  const [mailFrom] = managed.flatMap(mxNameIn);
  const revision = outputs[REVISION_OUTPUT]?.value;
  const kind = engineOf(managed);
  return {
    ...(typeof hash === 'string' && hash === outputs[BEGUN_OUTPUT]?.value && { hash }),
    ...(typeof nameOfRecord === 'string' && { recordName: nameOfRecord }),
    ...(region !== undefined && { region }),
    ...(home !== undefined && { home }),
    ...(mailFrom !== undefined && { mailFrom }),
    ...(typeof revision === 'number' && { revision }),
    ...(outputs.verified?.value === false && { verified: false }),
    resources: managed.map(addressOf).sort(),
    tainted: managed.filter(isTainted).map(addressOf).sort(),
    isWhole: managed.every(
      (each) => each.instances?.length === 1 && !each.instances[0]!.deposed && !isTainted(each),
    ),
    ...(kind && { engine: { kind, version } }),
    writtenAt,
  };
}

const addressOf = ({ type, name }: StateResource): string => `${type}.${name}`;

const isTainted = ({ instances = [] }: StateResource): boolean =>
  instances.some(({ status, deposed }) => status === 'tainted' && !deposed);

/** Returns the engine that wrote the resources, since the addresses of providers contain its own registry. */
function engineOf(resources: readonly StateResource[]): KnownEngine['kind'] | undefined {
  const isOf = (registry: string): boolean =>
    resources.some(({ provider }) => provider?.includes(`["${registry}/`));
  if (isOf('registry.opentofu.org')) return 'tofu';
  return isOf('registry.terraform.io') ? 'terraform' : undefined;
}

/** The parts of an event to the function that are read here. */
interface SentEvent {
  readonly resource?: string;
  readonly region?: string;
  readonly rotation?: { readonly sharedWith?: readonly Sharer[] };
}

/** Returns the event that was sent to the function for a resource of a kind. */
const sentFor =
  (kind: 'Baseline' | 'Signing') =>
  ({ type, instances = [] }: StateResource): SentEvent[] =>
    type !== 'aws_lambda_invocation'
      ? []
      : instances.flatMap(({ attributes }) => {
          const { input } = attributes ?? {};
          if (typeof input !== 'string' || !input.includes(`"${kind}"`)) return [];
          const event: SentEvent = JSON.parse(input);
          return event.resource === kind ? [event] : [];
        });

const homeIn = ({ rotation }: SentEvent): string | undefined => homeAmong(rotation?.sharedWith)?.region;

/** Returns the name of an MX record that a resource of ours has in Route 53. */
const mxNameIn = ({ type, name: id, instances = [] }: StateResource): string[] =>
  type !== 'aws_route53_record' || !id.startsWith('Identity_')
    ? []
    : instances.flatMap(({ attributes: { type: kind, name } = {} }) =>
        kind === 'MX' && typeof name === 'string' ? [name] : [],
      );

const AT_ONCE = 24;

/** Reads the states of stacks. A state that cannot be read counts as missing; the engine will report the reason. */
export async function readStates(
  backend: Backend,
  stacks: readonly string[],
): Promise<ReadonlyMap<string, AppliedState>> {
  // Most lists have no other stacks, and a bucket may have thousands of states to list.
  if (stacks.length === 0) return new Map();
  const { read, names } = await placeOf(backend);
  const reading = mapConcurrently(stacks, AT_ONCE, (stack) =>
    read(`${stack}${STATE_SUFFIX}`).catch((error) =>
      error.code === 'ENOENT' || error.name === 'NoSuchKey' ? NONE : undefined,
    ),
  );
  const [states, found] = await Promise.all([reading, names().catch(() => [])]);
  const files = new Set(found);
  return new Map(
    stacks.flatMap((stack, at) => {
      const state = states[at];
      if (state === undefined) return [];
      const isLocked = locksOf(`${stack}${STATE_SUFFIX}`).some((lock) => files.has(lock));
      return [[stack, isLocked ? { ...state, isLocked } : state] as const];
    }),
  );
}

/** Returns the place of states that may not be listed, with the reason; undefined if they were listed, or nothing is there. */
export async function unreadStates(backend: Backend): Promise<UnreadStates | undefined> {
  try {
    await (await placeOf(backend)).names();
    return undefined;
  } catch (error) {
    const { code, name } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    const place = backend.type === 'local' ? backend.folder : `s3://${backend.bucket}/${backend.keyPrefix}`;
    return { place, error: code ?? name };
  }
}

/** Returns the names of a state's lock, which both engines share: in S3, and in a folder. */
const locksOf = (name: string): string[] => [`${name}.tflock`, `.${name}.lock.info`];

/** Returns the stacks with a state that are not in the list; none if the states may not be listed. */
export async function unlistedStacks(list: DomainList): Promise<string[]> {
  const listed = new Set([...list.domains.map(({ stack }) => stack), ...regionsOf(list).map(controlStackId)]);
  const names = await (await placeOf(list.backend)).names().catch(() => []);
  const stacksThere = names.flatMap((name) =>
    name.endsWith(STATE_SUFFIX) ? name.slice(0, -STATE_SUFFIX.length) : [],
  );
  return stacksThere.filter((stack) => !listed.has(stack));
}

/** A stack that is deployed, and its state. */
export interface DeployedStack extends AppliedState {
  readonly stack: string;
}

/** Returns the deployed stacks that are not in the list, sorted; none if the states may not be listed. */
export async function deployedUnlisted(list: DomainList): Promise<DeployedStack[]> {
  const others = await unlistedStacks(list);
  const states = await readStates(list.backend, others);
  return [...states]
    .map(([stack, state]) => ({ stack, ...state }))
    .filter(({ resources }) => resources.length > 0)
    .sort((one, other) => (one.stack < other.stack ? -1 : 1));
}

/** Finds deployed stacks that are no longer in the list; none if the states may not be listed. */
export async function findUnlisted(list: DomainList): Promise<Unlisted> {
  const deployed = await deployedUnlisted(list);
  const found = findRenamings(deployed.flatMap(entryOf), list.domains);
  const own = await readStates(
    list.backend,
    found.map(({ to }) => to),
  );
  const isDeployed = ({ to }: Renaming): boolean => own.get(to)?.resources.length !== 0;
  const twinOf = (stack: string, state?: AppliedState): Twin => ({ stack, recordName: state?.recordName });
  const others = new Map(deployed.map((each) => [each.stack, each]));
  const left = new Set(found.map(({ from }) => from));
  return {
    stacks: deployed.map(({ stack }) => stack).filter((stack) => !left.has(stack)),
    renamed: found.filter((each) => !isDeployed(each)),
    twins: found.filter(isDeployed).map(({ from, to }) => ({
      listed: twinOf(to, own.get(to)),
      unlisted: twinOf(from, others.get(from)),
    })),
  };
}

/** Returns the place of a deployed stack, if it is that of an entry. */
function entryOf({ stack, region: deployedIn }: DeployedStack): EntryOfStack[] {
  const { domain, region = deployedIn } = parseEntryKey(stack) ?? {};
  return domain === undefined || region === undefined ? [] : [{ stack, domain, region }];
}

/** The place of states. */
interface StatePlace {
  /** Reads one file. @throws with `ENOENT` or `NoSuchKey` if it does not exist */
  read(name: string): Promise<AppliedState | undefined>;
  /** Lists the names of the files. */
  names(): Promise<string[]>;
}

const placeOf = async (backend: Backend): Promise<StatePlace> =>
  backend.type === 'local' ? folderAt(backend.folder) : bucketAt(backend);

const folderAt = (folder: string): StatePlace => ({
  read: async (name: string) => {
    const file = path.join(folder, name);
    const [text, { mtimeMs }] = await Promise.all([readFile(file, 'utf8'), stat(file)]);
    return parseState(text, mtimeMs);
  },
  names: () => readdir(folder),
});

async function bucketAt({ bucket, region, keyPrefix }: S3Backend): Promise<StatePlace> {
  const { GetObjectCommand, paginateListObjectsV2, S3Client } = await import('@aws-sdk/client-s3');
  const client = new S3Client({ region });
  return {
    read: async (name: string) => {
      const command = new GetObjectCommand({ Bucket: bucket, Key: `${keyPrefix}${name}` });
      const { Body, LastModified } = await client.send(command);
      return parseState((await Body?.transformToString()) ?? '', LastModified?.getTime() ?? 0);
    },
    names: async () => {
      const names: string[] = [];
      const pages = paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: keyPrefix });
      for await (const { Contents = [] } of pages)
        names.push(...Contents.map(({ Key = '' }) => Key.slice(keyPrefix.length)));
      return names;
    },
  };
}
