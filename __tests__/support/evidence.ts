import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { unzipSync } from 'fflate';
import type { LogsService } from '../../packages/sandbox/aws/services/logs';
import type { SchedulerService } from '../../packages/sandbox/aws/services/scheduler';
import { BUCKET, type Deployment, FUNCTION } from './deployment';

/**
 * Everything that is left of what was done so far, by name: files of the engine (plans unpacked), objects of the key
 * store in every version but the private keys themselves, logs, schedules, notices.
 */
export async function evidence(deployment: Deployment): Promise<Map<string, string>> {
  const { sandbox } = deployment;
  const texts = new Map<string, string>(files(deployment.folder));
  for (const { Name, ...rest } of sandbox.service<SchedulerService>('scheduler').schedules())
    texts.set(`schedule ${Name}`, JSON.stringify(rest));
  for (const topic of ['dns', 'result', 'audit'] as const)
    texts.set(`notices ${topic}`, JSON.stringify(deployment.notices(topic)));
  texts.set('log of the function', deployment.logs.join('\n'));
  const events = sandbox.service<LogsService>('logs').events(`/aws/lambda/${FUNCTION}`);
  texts.set('log group', JSON.stringify(events));
  const input = { Bucket: BUCKET };
  const { Versions = [] } = await sandbox.call('s3', 'ListObjectVersions', input);
  for (const { Key, VersionId } of Versions) {
    if (Key.endsWith('.pem')) continue;
    const { Body } = await sandbox.call('s3', 'GetObject', { ...input, Key, VersionId });
    texts.set(`object ${Key} ${VersionId}`, Buffer.from(Body).toString('utf8'));
  }
  return texts;
}

function* files(folder: string): Generator<[string, string]> {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    // The function's code: it is as in the repository, and names what a PEM begins with.
    if (!entry.isFile() || entry.name === 'handler.zip') continue;
    const file = path.join(entry.parentPath, entry.name);
    const name = `file ${path.relative(folder, file)}`;
    const content = readFileSync(file);
    if (content.subarray(0, 2).toString() !== 'PK') yield [name, content.toString('latin1')];
    else
      for (const [inner, bytes] of Object.entries(unzipSync(content)))
        yield [`${name}: ${inner}`, Buffer.from(bytes).toString('latin1')];
  }
}
