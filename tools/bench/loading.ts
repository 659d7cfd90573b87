/**
 * Compares the function's bundle with a bare bundle of the SDK clients that it uses: size, time to load, and time until
 * the first invocation is answered, which includes deferred loading.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { unzipSync } from 'fflate';
import { HANDLER_ZIP, PROJECT_ROOT } from '../../constructs/built-handler';
import { type Bench, median } from './main';

/** Every client and command of `handlers/aws`, and the first two calls of `status`. */
const CLIENTS = `
import { SESv2Client, GetEmailIdentityCommand } from '@aws-sdk/client-sesv2';
import { S3Client, GetObjectCommand } from '@aws-sdk/client-s3';
export { PutEmailIdentityDkimAttributesCommand, PutEmailIdentityDkimSigningAttributesCommand } from '@aws-sdk/client-sesv2';
export { DeleteObjectCommand, HeadObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
export { ListObjectVersionsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
export { SchedulerClient, CreateScheduleCommand, DeleteScheduleCommand } from '@aws-sdk/client-scheduler';
export { SNSClient, PublishCommand } from '@aws-sdk/client-sns';
export const handler = ({ domain }) => Promise.allSettled([
  new S3Client({}).send(new GetObjectCommand({ Bucket: 'bench', Key: domain })),
  new SESv2Client({}).send(new GetEmailIdentityCommand({ EmailIdentity: domain })),
]);
`;

const MEASURE = `
const { performance } = require('node:perf_hooks');
const began = performance.now();
const { handler } = require(process.argv[2]);
const loaded = performance.now() - began;
const invokedFunctionArn = 'arn:aws:lambda:ap-northeast-1:123456789012:function:ses-byodkim';
const context = { invokedFunctionArn, awsRequestId: 'bench', getRemainingTimeInMillis: () => 300_000 };
handler({ action: 'status', domain: 'example.com' }, context).then(() =>
  process.send([loaded, performance.now() - began], () => process.exit()));
`;

export const measure: Bench = async (smallest) => {
  const rounds = smallest ? 1 : 15;
  const folder = mkdtempSync(path.join(tmpdir(), 'byodkim-bench-'));
  const notFound = { 'x-amzn-errortype': 'NotFoundException' };
  const aws = createServer((_, response) => response.writeHead(404, notFound).end()).listen(0, '127.0.0.1');
  await once(aws, 'listening');
  const env = {
    ...{ PATH: process.env.PATH, AWS_REGION: 'ap-northeast-1', BYODKIM_KEY_STORE_BUCKET: 'bench' },
    ...{ AWS_ACCESS_KEY_ID: 'bench', AWS_SECRET_ACCESS_KEY: 'bench' },
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(aws.address() as AddressInfo).port}`,
  };
  const at = (name: string): string => path.join(folder, name);
  const [program, ours, bare] = [at('measure.js'), at('ours.js'), at('bare.js')] as const;
  const files = [ours, bare];
  try {
    await build({
      ...{
        stdin: { contents: CLIENTS, resolveDir: PROJECT_ROOT },
        outfile: bare,
        bundle: true,
        minify: true,
      },
      ...{ platform: 'node', format: 'cjs', target: 'node20', legalComments: 'none', logLevel: 'error' },
    });
    writeFileSync(program, MEASURE);
    writeFileSync(ours, unzipSync(readFileSync(path.join(PROJECT_ROOT, HANDLER_ZIP)))['index.js']!);
    // Measures each time in a fresh process, alternating the bundles so that all run under the same conditions.
    const times: number[][][] = files.map(() => []);
    for (let round = 0; round < rounds; round++)
      for (const [index, file] of files.entries()) {
        const child = fork(program, [file], { env, execArgv: ['--no-warnings'], silent: true });
        times[index]!.push((await once(child, 'message'))[0]);
      }
    const timeOf = (file: number, which: number) => median(times[file]!.map((each) => each[which]!));
    const rows = [
      { what: 'size, kB', values: files.map((file) => readFileSync(file).length / 1000) },
      { what: 'load, ms', values: [timeOf(0, 0), timeOf(1, 0)] },
      { what: 'first answer, ms', values: [timeOf(0, 1), timeOf(1, 1)] },
    ].map(({ what, values: [ours = 0, theirs = 0] }) => ({
      ...{ what, handler: Math.round(ours), "SDK clients, esbuild's defaults": Math.round(theirs) },
      times: (ours / theirs).toFixed(2),
    }));
    const note = `Medians of ${rounds}, in turns. The first answer is that of \`status\` for an unknown domain.`;
    return { rows, note };
  } finally {
    aws.close();
    rmSync(folder, { recursive: true, force: true });
  }
};
