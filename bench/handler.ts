/**
 * The function's bundle beside a bare bundle of the SDK clients that it uses: size, gzip size and time to load.
 * `npx tsx bench/handler.ts`
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import Table from 'cli-table3';
import { build } from 'esbuild';
import { PROJECT_ROOT } from '../constructs/built-handler';
import { buildHandler } from '../scripts/build/handler';

const ROUNDS = 15;
const CLIENTS = `
export { SESv2Client, GetEmailIdentityCommand, PutEmailIdentityDkimAttributesCommand,
  PutEmailIdentityDkimSigningAttributesCommand } from '@aws-sdk/client-sesv2';
export { S3Client, GetObjectCommand, HeadObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
export { SchedulerClient, CreateScheduleCommand, DeleteScheduleCommand } from '@aws-sdk/client-scheduler';
export { SNSClient, PublishCommand } from '@aws-sdk/client-sns';
`;

async function main(): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'byodkim-bench-'));
  try {
    await buildHandler(PROJECT_ROOT);
    const handler = path.join(PROJECT_ROOT, 'dist', 'handler', 'index.js');
    const bare = path.join(folder, 'bare.js');
    await build({
      stdin: { contents: CLIENTS, resolveDir: PROJECT_ROOT, loader: 'ts' },
      outfile: bare,
      bundle: true,
      minify: true,
      platform: 'node',
      format: 'cjs',
      target: 'node20',
      legalComments: 'none',
      logLevel: 'error',
    });
    const measure = path.join(folder, 'load.js');
    writeFileSync(
      measure,
      `const t = performance.now(); require(process.argv[2]); process.stdout.write(String(performance.now() - t))`,
    );
    const [ours, theirs] = alternate([handler, bare], measure);
    const table = new Table({
      head: ['bundle', 'size', 'gzip', 'load (median)'],
      style: { head: [], border: [] },
    });
    table.push(row('handler', handler, ours!), row('SDK clients alone', bare, theirs!));
    console.log(table.toString());
    console.log(
      `ratios: size ${ratio(size(handler), size(bare))}, gzip ${ratio(gzip(handler), gzip(bare))}, load ${ratio(ours!, theirs!)}; median of ${ROUNDS}, in turns`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Milliseconds to load each file in a fresh process, taken in turns so that all see the same machine. */
function alternate(files: readonly string[], measure: string): number[] {
  const rounds = Array.from({ length: ROUNDS }, () =>
    files.map((file) =>
      Number(spawnSync(process.execPath, ['--no-warnings', measure, file], { encoding: 'utf8' }).stdout),
    ),
  );
  return files.map((_, index) => median(rounds.map((round) => round[index]!)));
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
const size = (file: string): number => readFileSync(file).length;
const gzip = (file: string): number => gzipSync(readFileSync(file)).length;
const ratio = (a: number, b: number): string => (a / b).toFixed(2);
const kilobytes = (bytes: number): string => `${Math.round(bytes / 1000)} kB`;
const row = (name: string, file: string, load: number): string[] => [
  name,
  kilobytes(size(file)),
  kilobytes(gzip(file)),
  `${load.toFixed(0)} ms`,
];

void main();
