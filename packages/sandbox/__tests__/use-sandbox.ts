import { type Sandbox, startSandbox } from '../aws/sandbox';
import type { SandboxOptions } from '../contract/core';

/** A sandbox that begins anew with each test. Read its members within tests only. */
export function useSandbox(options: SandboxOptions = {}): Sandbox {
  const sandbox = {} as Sandbox;
  beforeEach(async () => void Object.assign(sandbox, await startSandbox(options)));
  afterEach(() => sandbox.close());
  return sandbox;
}

/** One sandbox for all tests of a file, without the limit of SES. Read its members within tests only. */
export function useOneSandbox(options: SandboxOptions = {}): Sandbox {
  const sandbox = {} as Sandbox;
  const started = () => startSandbox({ sesRequestsPerSecond: Number.POSITIVE_INFINITY, ...options });
  beforeAll(async () => void Object.assign(sandbox, await started()));
  afterAll(() => sandbox.close());
  return sandbox;
}

/** Makes a bucket in the sandbox's own region. */
export const makeBucket = (sandbox: Sandbox, Bucket: string): Promise<unknown> =>
  sandbox.call('s3', 'CreateBucket', {
    Bucket,
    CreateBucketConfiguration: { LocationConstraint: sandbox.region },
  });
