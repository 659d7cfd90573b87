/** Reads from the engine's state whether a stack was applied to its end. */
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { APPLIED_OUTPUT, type Backend, type S3Backend } from '../../list/domain-list';
import { mapConcurrently } from '../concurrency';

export interface AppliedState {
  /** Hash of the configuration that was applied to its end; absent if none was. */
  readonly hash?: string;
  /** Addresses of the resources that it manages, sorted. */
  readonly resources: readonly string[];
  /** Whether the engine has found each of them as it made it, and none is left to delete. */
  readonly isWhole: boolean;
  /** The registries of the engine's providers: `registry.opentofu.org`. */
  readonly registries: readonly string[];
  /** When it was written: milliseconds since the epoch. */
  readonly writtenAt: number;
}

interface StateFile {
  readonly version?: number;
  readonly outputs?: Readonly<Record<string, { readonly value?: unknown }>>;
  readonly resources?: readonly {
    readonly mode: string;
    readonly type: string;
    readonly name: string;
    readonly provider?: string;
    readonly instances?: readonly { readonly status?: string; readonly deposed?: string }[];
  }[];
}

const FORMAT = 4;

/** @returns undefined if the text is no state of a known format */
export function parseState(text: string, writtenAt: number): AppliedState | undefined {
  let state: StateFile;
  try {
    state = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { version, outputs = {}, resources = [] } = state;
  if (version !== FORMAT) return undefined;
  const managed = resources.filter(({ mode }) => mode === 'managed');
  const hash = outputs[APPLIED_OUTPUT]?.value;
  return {
    ...(typeof hash === 'string' && { hash }),
    resources: managed.map(({ type, name }) => `${type}.${name}`).sort(),
    isWhole: managed.every(
      ({ instances = [] }) =>
        instances.length === 1 && !instances[0]!.deposed && instances[0]!.status !== 'tainted',
    ),
    registries: [
      ...new Set(managed.flatMap(({ provider = '' }) => /(registry\.[\w.]+)\//.exec(provider)?.[1] ?? [])),
    ],
    writtenAt,
  };
}

const AT_ONCE = 24;

/** Reads the states of stacks; one that is not there, or cannot be read, is missing: its engine will say why. */
export async function readStates(
  backend: Backend,
  stacks: readonly string[],
): Promise<ReadonlyMap<string, AppliedState>> {
  const read = backend.type === 'local' ? fromFolder(backend.folder) : await fromBucket(backend);
  const states = await mapConcurrently(stacks, AT_ONCE, (stack) =>
    read(`${stack}.tfstate`).catch(() => undefined),
  );
  return new Map(stacks.flatMap((stack, at) => (states[at] ? [[stack, states[at]] as const] : [])));
}

const fromFolder = (folder: string) => async (name: string) => {
  const file = path.join(folder, name);
  const [text, { mtimeMs }] = await Promise.all([readFile(file, 'utf8'), stat(file)]);
  return parseState(text, mtimeMs);
};

async function fromBucket({ bucket, region, keyPrefix }: S3Backend) {
  const { GetObjectCommand, S3Client } = await import('@aws-sdk/client-s3');
  const client = new S3Client({ region });
  return async (name: string) => {
    const command = new GetObjectCommand({ Bucket: bucket, Key: `${keyPrefix}${name}` });
    const { Body, LastModified } = await client.send(command);
    return parseState((await Body?.transformToString()) ?? '', LastModified?.getTime() ?? 0);
  };
}
