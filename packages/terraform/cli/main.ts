#!/usr/bin/env -S node --require tsx/cjs
import { once } from 'node:events';
import { EngineError } from '../../engine/find-engine';
import { NoProviderError } from '../engine/provider-source';
import { SandboxClientError } from './client';
import { createProgram } from './program';

/** Errors whose messages say what to do. */
const EXPECTED = [SandboxClientError, NoProviderError, EngineError];

// The reader has stopped reading (`npm run sandbox -- mailbox | head`).
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

createProgram({
  environment: process.env,
  print: (line) => process.stdout.write(`${line}\n`),
  ended: () => Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]),
})
  .parseAsync()
  .catch((error: Error) => {
    console.error(EXPECTED.some((kind) => error instanceof kind) ? error.message : error);
    process.exitCode = 1;
  });
