/**
 * The function's bundle beside bare bundles of the SDK clients that it uses: size, gzip size, time to load, and time
 * until the first invocation is answered, so that what is put off until then counts as well. `npx tsx tools/bench/handler.ts`
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import Table from 'cli-table3';
import { type BuildOptions, build } from 'esbuild';
import { PROJECT_ROOT } from '../../constructs/built-handler';
import { buildHandler, HANDLER_BUNDLE } from '../build/handler';

const ROUNDS = 15;

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

/** How somebody would bundle them who wrote a function with them. */
const BARE: Readonly<Record<string, BuildOptions>> = {
  "SDK clients alone, with esbuild's defaults": {},
  'SDK clients alone, of ES modules': { mainFields: ['module', 'main'] },
};

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

async function main(): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'byodkim-bench-'));
  const aws = createServer((_, response) => response.writeHead(404, NOT_FOUND).end()).listen(0, '127.0.0.1');
  try {
    await buildHandler(PROJECT_ROOT);
    const bundles = { handler: path.join(PROJECT_ROOT, HANDLER_BUNDLE), ...(await bareBundles(folder)) };
    const measure = path.join(folder, 'measure.js');
    writeFileSync(measure, MEASURE);
    const times = await inTurns(Object.values(bundles), measure, (aws.address() as AddressInfo).port);
    const table = new Table({
      head: [
        'bundle',
        'size',
        'gzip',
        'load',
        'first answer',
        'handler / this: gzip',
        'load',
        'first answer',
      ],
      style: { head: [], border: [] },
    });
    const [ours] = Object.values(bundles);
    Object.entries(bundles).forEach(([name, file], index) => {
      const [{ loaded, answered }, our] = [times[index]!, times[0]!];
      table.push([
        name,
        kilobytes(readFileSync(file).length),
        kilobytes(gzip(file)),
        milliseconds(loaded),
        milliseconds(answered),
        ...[gzip(ours!) / gzip(file), our.loaded / loaded, our.answered / answered].map((n) => n.toFixed(2)),
      ]);
    });
    console.log(table.toString());
    console.log(
      `Medians of ${ROUNDS}, in turns. The first answer is that of \`status\`, of a domain that nobody knows.`,
    );
  } finally {
    aws.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function bareBundles(folder: string): Promise<Record<string, string>> {
  const built = Object.entries(BARE).map(async ([name, options], index) => {
    const outfile = path.join(folder, `bare-${index}.js`);
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
      ...options,
    });
    return [name, outfile] as const;
  });
  return Object.fromEntries(await Promise.all(built));
}

/** Medians of each file, each time in a fresh process, taken in turns so that all see the same machine. */
async function inTurns(files: readonly string[], measure: string, port: number): Promise<Times[]> {
  const env = {
    PATH: process.env.PATH,
    AWS_REGION: 'ap-northeast-1',
    AWS_ACCESS_KEY_ID: 'bench',
    AWS_SECRET_ACCESS_KEY: 'bench',
    AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
    BYODKIM_KEY_STORE_BUCKET: 'bench',
  };
  const rounds: Times[][] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const times: Times[] = [];
    for (const file of files) {
      const child = fork(measure, [file], { env, execArgv: ['--no-warnings'], silent: true });
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

const median = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
const gzip = (file: string): number => gzipSync(readFileSync(file)).length;
const kilobytes = (bytes: number): string => `${Math.round(bytes / 1000)} kB`;
const milliseconds = (time: number): string => `${time.toFixed(0)} ms`;

void main();
