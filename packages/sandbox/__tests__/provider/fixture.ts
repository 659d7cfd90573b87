import type { Engine } from '../../../engine/find-engine';
import { type Sandbox, startSandbox } from '../../aws/sandbox';
import { type InProcessEngine, inProcessEngine } from '../../engine/in-process-engine';
import { makeStack, type Stack } from './stack';

export interface Fixture {
  readonly sandbox: Sandbox;
  readonly engine: InProcessEngine;
  /** A new one for each test. */
  readonly stack: Stack;
}

/** For a file of tests: one sandbox and one engine, and a stack for each test. Read its members within tests only. */
export function useFixture(provider: object = {}, engine?: Engine): Fixture {
  const fixture = {} as { -readonly [Member in keyof Fixture]: Fixture[Member] };
  beforeAll(async () => {
    fixture.sandbox = await startSandbox();
    fixture.engine = inProcessEngine({ environment: fixture.sandbox.environment });
  });
  afterAll(async () => {
    await fixture.engine.close();
    await fixture.sandbox.close();
  });
  beforeEach(async () => {
    fixture.stack = await makeStack(fixture.engine, provider, engine);
  });
  afterEach(async () => {
    fixture.sandbox.faults.clear();
    if (!fixture.stack.isEmpty()) await fixture.stack.destroy();
    fixture.stack.remove();
  });
  return fixture;
}

/** The engine breaks long lines, and draws a bar before each. */
export const unwrapped = (output: string): string => output.replace(/\n(│ )?/g, ' ').replace(/ +/g, ' ');

/** A policy of one statement, as text. */
export const policy = (statement: object): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });

/** A trust policy. */
export const trusting = (...services: string[]): string =>
  policy({ Action: 'sts:AssumeRole', Principal: { Service: services } });
