const { cpus } = require('node:os');

// Jest starts its workers with the flags of this process. Here much code runs a little: room for what is young, and, where
// V8 has nothing between baseline code and its slowest compiler, no hurry to optimize. A sixth of the tests' time.
process.execArgv.push('--max-semi-space-size=64');
if (process.versions.node.startsWith('20.')) process.execArgv.push('--interrupt-budget=1000000');
// An engine's run is short and small here: it need not tidy its memory so often. A sixth of its time.
process.env.GOGC ??= '400';

/** Tests of the app that start the simulated account or an engine, and those that ask other programs. */
const END_TO_END = [
  '/__tests__/e2e/',
  '/__tests__/reliability/',
  '/__tests__/oracles/',
  '/__tests__/modules/',
  '/__tests__/cli/byodkim\\.test',
  '/__tests__/tools/conformance/(run|replay)\\.test',
  '/__tests__/cli/manual/by-hand\\.test',
  '/__tests__/constructs/with-engine\\.test',
  '/__tests__/handlers/aws/aws-error\\.test',
  '/__tests__/support/world\\.contract\\.test',
  '/__tests__/handlers/deployed\\.test',
  '/__tests__/hostile/doors\\.test',
  '/__tests__/action/',
  '/__tests__/cli/deploy\\.test',
];

const project = (displayName, more) => ({
  displayName,
  testEnvironment: '<rootDir>/__tests__/support/one-context.js',
  runtime: '<rootDir>/__tests__/support/compiled-once.js',
  transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2022' }, module: { type: 'commonjs' } }] },
  setupFiles: [
    '<rootDir>/__tests__/support/no-token-traces.js',
    '<rootDir>/__tests__/support/one-test-at-a-time.js',
  ],
  setupFilesAfterEnv: ['<rootDir>/__tests__/support/framework-loaded.js'],
  moduleNameMapper: {
    '^fast-check$': '<rootDir>/__tests__/support/seeded-fast-check.js',
    '^\\.\\./locales/index\\.cjs$': '<rootDir>/__tests__/support/english-only.js',
  },
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/cdktf.out/'],
  globalSetup: '<rootDir>/__tests__/support/build-once.ts',
  globalTeardown: '<rootDir>/__tests__/support/leave-nothing.ts',
  ...more,
});

/** @type {import('jest').Config} In JavaScript, since jest reads TypeScript only through ts-node. */
module.exports = {
  projects: [
    project('unit', {
      testMatch: ['<rootDir>/__tests__/**/*.test.ts', '<rootDir>/packages/engine/__tests__/**/*.test.ts'],
      testPathIgnorePatterns: ['/node_modules/', '/__tests__/package/', ...END_TO_END],
    }),
    project('sandbox', { testMatch: ['<rootDir>/packages/sandbox/__tests__/**/*.test.ts'] }),
    project('end-to-end', {
      testMatch: ['<rootDir>/__tests__/**/*.test.ts'],
      testPathIgnorePatterns: ['/node_modules/', `^(?!.*(${END_TO_END.join('|')}))`],
    }),
    // Packs and installs, and tells the demo's whole story: run by CI, and by `npm run test:package`.
    project('package', { testMatch: ['<rootDir>/__tests__/package/**/*.test.ts'] }),
  ],
  testSequencer: '<rootDir>/__tests__/support/slow-first.js',
  // Jest would leave one core idle; and many tests wait for an engine, or for time that is not theirs to pass.
  maxWorkers: Math.ceil(1.5 * cpus().length),
  // Finds what hangs; a busy machine takes many times what an idle one does.
  testTimeout: 180_000,
};
