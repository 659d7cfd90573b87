const { availableParallelism } = require('node:os');

/** What `npm test` plays end to end: a whole life, the first deploy of the README, and one by cdktf alone. */
const LIFE = ['/__tests__/e2e/(stack-life|cdktf)\\.test', '/__tests__/docs/typed/readme\\.test'];
/** All other tests that start the simulated account with an engine, or a built program: `npm run test:all`. */
const END_TO_END = [
  '/__tests__/e2e/(?!(stack-life|cdktf|rate|first-control|three-regions|no-unsigned-minute|cdktf-life)\\.)',
  '/__tests__/modules/',
  '/__tests__/cli/byodkim\\.test',
  '/__tests__/handlers/aws/aws-error\\.test',
  '/__tests__/support/world\\.contract\\.test',
  '/__tests__/cli/deploy\\.test',
];
/** Tests whose size is their point, and comparisons with other programs: `npm run test:long`. */
const LONG = [
  '/__tests__/e2e/(rate|first-control|three-regions|no-unsigned-minute|cdktf-life)\\.test',
  '/__tests__/handlers/dns/gate\\.memory\\.test',
  '/__tests__/docs/exercises\\.test',
  '/__tests__/tools/module-repository/consumed\\.test',
  '/__tests__/reliability/',
  '/__tests__/tools/replay/',
  '/__tests__/fuzz/',
  '/__tests__/oracles/',
  '/transaction/(simulation|two-regions)\\.test',
  '/__tests__/tools/conformance/(run|replay)\\.test',
  '/__tests__/cli/manual/by-hand\\.test',
  '/sandbox/__tests__/aws/aws-cli\\.test',
];
/** Packs and installs, and runs the whole demo: `npm run test:package`. */
const PACKAGE = ['/__tests__/package/', '/__tests__/docs/typed/(pages|messages)\\.test'];

const project = (displayName, more) => ({
  displayName,
  testMatch: ['<rootDir>/__tests__/**/*.test.ts'],
  // Lazy: a test of logic does not load the AWS SDK that a neighbour of the logic imports.
  transform: {
    '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2022' }, module: { type: 'commonjs', lazy: true } }],
  },
  moduleNameMapper: {
    '/stack-trace$': '<rootDir>/__tests__/support/no-stack-trace.ts',
    '^archiver$': '<rootDir>/__tests__/support/unused.ts',
    '/locales/index\\.cjs$': '<rootDir>/__tests__/support/unused.ts',
  },
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/cdktf.out/'],
  globalSetup: '<rootDir>/__tests__/support/build-once.ts',
  globalTeardown: '<rootDir>/__tests__/support/leave-nothing.ts',
  ...more,
});

const only = (patterns) => ({ testPathIgnorePatterns: ['/node_modules/', `^(?!.*(${patterns.join('|')}))`] });

/** @type {import('jest').Config} In JavaScript, since jest reads TypeScript only through ts-node. */
module.exports = {
  projects: [
    project('unit', {
      testMatch: ['<rootDir>/__tests__/**/*.test.ts', '<rootDir>/packages/engine/__tests__/**/*.test.ts'],
      testPathIgnorePatterns: ['/node_modules/', ...LIFE, ...END_TO_END, ...LONG, ...PACKAGE],
    }),
    project('sandbox', {
      testMatch: ['<rootDir>/packages/{sandbox,terraform}/__tests__/**/*.test.ts'],
      testPathIgnorePatterns: ['/node_modules/', ...LONG],
    }),
    project('life', only(LIFE)),
    project('end-to-end', only(END_TO_END)),
    project('long', {
      testMatch: [
        '<rootDir>/__tests__/**/*.test.ts',
        '<rootDir>/packages/sandbox/__tests__/**/*.test.ts',
      ],
      ...only(LONG),
    }),
    project('package', only(PACKAGE)),
  ],
  testSequencer: '<rootDir>/jest.sequencer.js',
  // Many tests wait: for an engine, which is another process, and for the function's short sleeps.
  maxWorkers: Math.ceil(1.5 * availableParallelism()),
  // Jest's own AsyncLocalStorage stays behind with each file, and every promise then costs more (Node 20 and 22).
  workerIdleMemoryLimit: '350MB',
  testTimeout: 180_000,
  // A worker with a gigabyte of modules takes longer to exit on a busy machine than Jest's half a second.
  workerGracefulExitTimeout: 10_000,
};
