/**
 * The function's bundle beside a bare bundle of the SDK clients that it uses: size, gzip size, time to load, and time
 * until the first invocation is answered, so that what is put off until then counts as well.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { PROJECT_ROOT } from '../../constructs/built-handler';
import { buildHandler, HANDLER_BUNDLE } from '../build/handler';
import { type Bench, median, milliseconds } from './bench';

/** Every client and command of `handlers/aws`, and the two calls that `status` makes first. */
const CLIENTS = `
import { SESv2Client, GetEmailIdentityCommand } from '@aws-sdk/client-sesv2';
import { S3Client, GetObjectCommand } from '@aws-sdk/client-s3';
export { PutEmailIdentityDkimAttributesCommand, PutEmailIdentityDkimSigningAttributesCommand } from '@aws-sdk/client-sesv2';
export { DeleteObjectCommand, HeadObjectCommand, ListObjectsV2Command, ListObjectVersionsCommand,
  PutObjectCommand } from '@aws-sdk/client-s3';
export { SchedulerClient, CreateScheduleCommand, DeleteScheduleCommand } from '@aws-sdk/client-scheduler';
export { SNSClient, PublishCommand } from '@aws-sdk/client-sns';
export const handler = ({ domain }) => Promise.allSettled([
  new S3Client({}).send(new GetObjectCommand({ Bucket: 'bench', Key: domain })),
  new SESv2Client({}).send(new GetEmailIdentityCommand({ EmailIdentity: domain })),
]);
`;

/** As SES and S3 say it. */
const NOT_FOUND = { 'x-amzn-errortype': 'NotFoundException' };

const MEASURE = `
const { performance } = require('node:perf_hooks');
const began = performance.now();
const { handler } = require(process.argv[2]);
const loaded = performance.now() - began;
const context = {
  invokedFunctionArn: 'arn:aws:lambda:ap-northeast-1:123456789012:function:ses-byodkim',
  awsRequestId: 'bench', functionName: 'ses-byodkim', getRemainingTimeInMillis: () => 300_000,
};
handler({ action: 'status', domain: 'example.com' }, context).then(() =>
  process.send({ loaded, answered: performance.now() - began }, () => process.exit()));
`;

interface Times {
  readonly loaded: number;
  readonly answered: number;
}

export const measure: Bench = async (smallest) => {
  const rounds = smallest ? 1 : 15;
  const folder = mkdtempSync(path.join(tmpdir(), 'byodkim-bench-'));
  const aws = createServer((_, response) => response.writeHead(404, NOT_FOUND).end()).listen(0, '127.0.0.1');
  try {
    await buildHandler(PROJECT_ROOT);
    const files = [path.join(PROJECT_ROOT, HANDLER_BUNDLE), await bareBundle(folder)];
    const program = path.join(folder, 'measure.js');
    writeFileSync(program, MEASURE);
    const times = await inTurns(files, program, (aws.address() as AddressInfo).port, rounds);
    const columns = files.map((file, index) => {
      const bundle = readFileSync(file);
      return [
        bundle.length / 1000,
        gzipSync(bundle).length / 1000,
        times[index]!.loaded,
        times[index]!.answered,
      ];
    });
    const kilobytes = (kB: number): string => `${Math.round(kB)} kB`;
    const rows = ['size', 'gzip', 'load', 'first answer'].map((what, row) => {
      const format = row < 2 ? kilobytes : milliseconds;
      const [ours, bare] = columns.map((column) => column[row]!) as [number, number];
      return [what, format(ours), format(bare), (ours / bare).toFixed(2)];
    });
    return [
      {
        head: ['', 'handler', "SDK clients alone, with esbuild's defaults", 'ratio'],
        rows,
        note: `Medians of ${rounds}, in turns. The first answer is that of \`status\` for an unknown domain.`,
      },
    ];
  } finally {
    aws.close();
    rmSync(folder, { recursive: true, force: true });
  }
};

async function bareBundle(folder: string): Promise<string> {
  const outfile = path.join(folder, 'bare.js');
  await build({
    stdin: { contents: CLIENTS, resolveDir: PROJECT_ROOT, loader: 'ts' },
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    legalComments: 'none',
    logLevel: 'error',
  });
  return outfile;
}

/** Medians of each file, each time in a fresh process, taken in turns so that all see the same machine. */
async function inTurns(
  files: readonly string[],
  program: string,
  port: number,
  count: number,
): Promise<Times[]> {
  const env = {
    PATH: process.env.PATH,
    AWS_REGION: 'ap-northeast-1',
    AWS_ACCESS_KEY_ID: 'bench',
    AWS_SECRET_ACCESS_KEY: 'bench',
    AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
    BYODKIM_KEY_STORE_BUCKET: 'bench',
  };
  const rounds: Times[][] = [];
  for (let round = 0; round < count; round++) {
    const times: Times[] = [];
    for (const file of files) {
      const child = fork(program, [file], { env, execArgv: ['--no-warnings'], silent: true });
      const [said] = await once(child, 'message');
      times.push(said);
    }
    rounds.push(times);
  }
  return files.map((_, index) => ({
    loaded: median(rounds.map((times) => times[index]!.loaded)),
    answered: median(rounds.map((times) => times[index]!.answered)),
  }));
}
