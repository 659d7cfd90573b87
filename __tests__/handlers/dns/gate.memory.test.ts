import { spawnSync } from 'node:child_process';
import path from 'node:path';

import type { Crooked } from './crooked-zones';

const SERVERS = 64;

/** The heap of a function with 512 MB: Lambda gives Node.js nine tenths. */
const HEAP_MB = 460;

/** Node.js and the compiler of the test have 60 of them. */
const MOST_MB = 280;

/** What came of the proofs, and how much memory they took. */
interface Measured {
  readonly codes: readonly string[];
  readonly megabytes: number;
}

function proveApart(proofs: number, kind: Crooked): Measured {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [
      `--max-old-space-size=${HEAP_MB}`,
      ...['--no-warnings', '--require', 'tsx/cjs', path.join(__dirname, 'crooked-zones.ts')],
      ...[String(proofs), String(SERVERS), kind],
    ],
    { encoding: 'utf8' },
  );
  if (stdout === '') throw new Error(`It ended without a result: ${stderr.slice(-500)}`);
  return JSON.parse(stdout);
}

const ALL_AT_ONCE = 8;

test.each<[Crooked, number, string]>([
  ['empty strings', 1, 'DNS_LOOKUP_FAILED'],
  ['empty strings', ALL_AT_ONCE, 'DNS_LOOKUP_FAILED'],
  ['strings of one octet', ALL_AT_ONCE, 'DNS_LOOKUP_FAILED'],
  ['empty records', ALL_AT_ONCE, 'DNS_TXT_NOT_READY'],
  ['servers', ALL_AT_ONCE, 'DNS_TXT_NOT_READY'],
])(
  "zones of 64 servers that send many %s fit into the function's memory, %i at once",
  (kind, proofs, code) => {
    const { codes, megabytes } = proveApart(proofs, kind);
    expect(codes).toEqual([code]);
    expect(megabytes).toBeLessThan(MOST_MB);
  },
);
