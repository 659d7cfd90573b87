import { type Sandbox, startSandbox } from '../../../sandbox/aws/sandbox';
import { InProcessEngine } from '../../engine/in-process-engine';
import { makeStack, type Stack } from './stack';

export interface Fixture {
  readonly sandbox: Sandbox;
  readonly engine: InProcessEngine;
  readonly stack: Stack;
}

/** A sandbox, an engine and a stack for the tests of a file: each leaves what the next one replaces. Read its members within tests only. */
export function useFixture(provider: object = {}): Fixture {
  const fixture = {} as { -readonly [Member in keyof Fixture]: Fixture[Member] };
  beforeAll(async () => {
    fixture.sandbox = await startSandbox({ sesRequestsPerSecond: Number.POSITIVE_INFINITY });
    fixture.engine = new InProcessEngine(fixture.sandbox);
    fixture.stack = await makeStack(fixture.engine, provider);
  });
  afterAll(async () => {
    fixture.stack.remove();
    await fixture.engine.close();
    await fixture.sandbox.close();
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

/** A hosted zone's id. */
export async function makeZone(sandbox: Sandbox, Name: string): Promise<string> {
  const { HostedZone } = await sandbox.call('route53', 'CreateHostedZone', { Name, CallerReference: Name });
  return HostedZone.Id.split('/').at(-1);
}
