import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PROJECT_ROOT } from '../../../constructs/built-handler';
import { bundle } from '../../../tools/build/bundle';
import type { Crooked } from './crooked-zones';

const SERVERS = 64;

/** The heap of a function with 512 MB: Lambda gives Node.js nine tenths. */
const HEAP_MB = 460;

/** Limit for the whole process, of which Node.js itself takes a part. */
const MOST_MB = 280;

/** Proofs that go on at once. */
const PROOFS = 8;

/** What came of the proofs, and how much memory they took. */
interface Measured {
  readonly codes: readonly string[];
  readonly megabytes: number;
}

let folder: string;
let program: string;
// Node starts sooner with one file than with the sources, and has no compiler in its memory.
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'byodkim-test-'));
  program = path.join(folder, 'crooked-zones.js');
  const { code } = await bundle(PROJECT_ROOT, path.join(__dirname, 'crooked-zones.ts'), {});
  writeFileSync(program, code);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function proveApart(kind: Crooked): Measured {
  const args = [`--max-old-space-size=${HEAP_MB}`, program, String(PROOFS), String(SERVERS), kind];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (stdout === '') throw new Error(`It ended without a result: ${stderr.slice(-500)}`);
  return JSON.parse(stdout);
}

test.each<[Crooked, string]>([
  ['empty strings', 'DNS_LOOKUP_FAILED'],
  ['strings of one octet', 'DNS_LOOKUP_FAILED'],
  ['empty records', 'DNS_TXT_NOT_READY'],
  ['servers', 'DNS_TXT_NOT_READY'],
])("eight zones of 64 servers that send many %s fit into the function's memory", (kind, code) => {
  const { codes, megabytes } = proveApart(kind);
  expect(codes).toEqual([code]);
  expect(megabytes).toBeLessThan(MOST_MB);
});
