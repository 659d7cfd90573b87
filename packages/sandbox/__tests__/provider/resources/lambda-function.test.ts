import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { trusting, useFixture } from '../fixture';
import { ref, type Stack } from '../stack';

const world = useFixture();

const writeCode = (stack: Stack, answer: string, file = 'function.zip') =>
  writeFileSync(
    path.join(stack.directory, file),
    zipSync({ 'index.js': strToU8(`exports.handler = async () => '${answer}';`) }),
  );

const lambda = (more: object = {}) => ({
  resource: {
    aws_iam_role: { it: { name: 'role', assume_role_policy: trusting('lambda.amazonaws.com') } },
    aws_lambda_function: {
      it: {
        function_name: 'f',
        role: ref('aws_iam_role.it.arn'),
        filename: 'function.zip',
        source_code_hash: ref('filebase64sha256("function.zip")'),
        handler: 'index.handler',
        runtime: 'nodejs24.x',
        ...more,
      },
    },
  },
});

const answerOf = async (): Promise<string> => {
  const { Payload } = await world.sandbox.call('lambda', 'Invoke', { FunctionName: 'f' });
  return JSON.parse(Buffer.from(Payload).toString());
};

test('other code is deployed where the hash says so', async () => {
  const { stack } = world;
  writeCode(stack, 'one');
  await stack.apply(lambda());
  const before = await answerOf();
  writeCode(stack, 'two');
  await stack.apply(lambda());

  expect([before, await answerOf()]).toEqual(['one', 'two']);
  expect(await stack.planIsEmpty()).toBe(true);
});

test('fails after it was made: it is kept, and replaced at the next apply', async () => {
  const { sandbox, stack } = world;
  writeCode(stack, 'one');
  sandbox.faults.add({ operation: 'lambda:GetFunction', kind: 'deny', admin: true });
  stack.write(lambda());
  const failed = await stack.run('apply', '-auto-approve');
  sandbox.faults.clear();

  expect(failed.exitCode).toBe(1);
  expect(await stack.apply()).toContain('1 added, 0 changed, 1 destroyed');
});
