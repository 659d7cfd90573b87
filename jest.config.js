/** @type {import('jest').Config} In JavaScript, since jest reads TypeScript only through ts-node. */
module.exports = {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/__tests__/**/*.test.ts', '<rootDir>/packages/*/__tests__/**/*.test.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2022' }, module: { type: 'commonjs' } }] },
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/cdktf.out/'],
  globalSetup: '<rootDir>/__tests__/support/build-once.ts',
  testSequencer: '<rootDir>/__tests__/support/slow-first.js',
  // Jest would leave one core idle.
  maxWorkers: '100%',
  testTimeout: 60_000,
};
