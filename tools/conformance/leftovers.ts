import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  DeleteBucketPolicyCommand,
  DeleteObjectsCommand,
  ListObjectVersionsCommand,
} from '@aws-sdk/client-s3';
import { controlStackId } from '../../list/domain-list';
import { byodkim } from '../demo/byodkim';
import type { Stage } from '../demo/stage';
import type { Caller, Clients } from './account';
import { removeProbe } from './probes';
import type { Publisher } from './publisher';
import { removeSideProbes } from './side-probes';

const MARK = 'begun';

/** Notes that the run in this folder makes resources from now on. */
export const markBegun = (folder: string): void => writeFileSync(path.join(folder, MARK), '');

/** Whether a run in this folder may have left resources behind. */
export const hasLeftovers = (folder: string): boolean =>
  existsSync(path.join(folder, MARK)) ||
  (existsSync(path.join(folder, 'state')) && readdirSync(path.join(folder, 'state')).length > 0);

/** What a run has made things with. */
export interface Traces {
  readonly stage: Stage;
  readonly clients: Clients;
  readonly caller: Caller;
  /** Clients of the region in which only probes were made. */
  readonly otherClients: Clients;
  readonly publisher: Publisher;
  readonly folder: string;
  show(text: string): void;
}

/**
 * Removes all resources of a run: the probes, the domain's stack, the objects, the control stack, the records. It can be
 * repeated, and a missing resource is not a failure.
 */
export async function clear({
  stage,
  clients,
  caller,
  otherClients,
  publisher,
  folder,
  show,
}: Traces): Promise<void> {
  const destroy = async (...stacks: string[]) => {
    const { exitCode, output } = await byodkim(stage, ['destroy', ...stacks, '--yes'], show);
    if (exitCode !== 0)
      throw new Error(`Not everything was destroyed; the next run tries again. State: ${folder}\n${output}`);
  };
  for (const { ses } of [clients, otherClients]) await removeProbe(ses, stage.domain);
  await removeSideProbes({ clients, caller, region: stage.region });
  stage.writeList({ selector: 's1' });
  await destroy(stage.domain);
  await emptyBucket(clients, stage.bucket);
  // The control stack is destroyed together with the domains of its list, although nothing is left of them.
  await destroy(stage.domain, controlStackId(stage.region));
  await publisher.clear();
  rmSync(folder, { recursive: true, force: true });
}

/** @throws Error if an object cannot be deleted */
async function emptyBucket({ s3 }: Clients, bucket: string): Promise<void> {
  const isThere = <T>(answer: Promise<T>): Promise<T | null> =>
    answer.catch((error: Error) => {
      if (error.name === 'NoSuchBucket') return null;
      throw error;
    });
  // The bucket's policy denies ledgers to everybody except the function. It may go, since this run made all objects.
  await isThere(s3.send(new DeleteBucketPolicyCommand({ Bucket: bucket })));
  for (;;) {
    const page = await isThere(s3.send(new ListObjectVersionsCommand({ Bucket: bucket })));
    const objects = [...(page?.Versions ?? []), ...(page?.DeleteMarkers ?? [])].map(({ Key, VersionId }) => ({
      Key: Key!,
      VersionId,
    }));
    if (objects.length === 0) return;
    const { Errors = [] } = await s3.send(
      new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: objects } }),
    );
    const [refused] = Errors;
    if (refused) throw new Error(`s3://${bucket}/${refused.Key} cannot be deleted: ${refused.Message}`);
  }
}
