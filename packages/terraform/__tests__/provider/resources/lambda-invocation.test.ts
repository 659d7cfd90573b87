import { InProcessEngine } from '../../../engine/in-process-engine';
import { type FakeLambda, fakeLambda } from '../fake-lambda';
import { unwrapped } from '../fixture';
import { makeStack, type Stack } from '../stack';

let lambda: FakeLambda;
let engine: InProcessEngine;
let stack: Stack;

beforeAll(async () => {
  lambda = await fakeLambda();
  engine = new InProcessEngine(lambda.sandbox);
  stack = await makeStack(engine);
});

afterAll(async () => {
  stack.remove();
  await engine.close();
  await lambda.sandbox.close();
});

beforeEach(async () => {
  lambda.answer = () => ({ result: 'ok' });
  await stack.apply({});
  lambda.invocations.length = 0;
});

const invocation = (input: object | string, more: object = {}) => ({
  resource: {
    aws_lambda_invocation: {
      it: {
        function_name: 'f',
        lifecycle_scope: 'CRUD',
        input: typeof input === 'string' ? input : JSON.stringify(input),
        ...more,
      },
    },
  },
});
const FAILURE = { functionError: { errorType: 'DNS_TXT_NOT_READY', errorMessage: 'not yet' } };
const payloads = () => lambda.invocations.map(({ payload }) => payload);

test('the function gets create, update and delete with the earlier input; a second plan is empty', async () => {
  lambda.answer = () => ({ result: { statusCode: 200 } });
  await stack.apply(invocation({ n: 1 }));
  expect((await stack.state())['aws_lambda_invocation.it'].result).toBe('{"statusCode":200}');
  expect(await stack.planIsEmpty()).toBe(true);
  await stack.apply(invocation({ n: 2 }));
  await stack.destroy();

  expect(payloads()).toEqual([
    { n: 1, tf: { action: 'create', prev_input: null } },
    { n: 2, tf: { action: 'update', prev_input: { n: 1 } } },
    { n: 2, tf: { action: 'delete', prev_input: { n: 2 } } },
  ]);
});

test('by default the function receives only the input, once; a changed input replaces, and no delete is sent', async () => {
  const createOnly = (n: number, more = {}) => invocation({ n }, { lifecycle_scope: undefined, ...more });
  await stack.apply(createOnly(1));
  await stack.apply(createOnly(2, { lifecycle: { ignore_changes: ['input'] } }));
  await stack.apply(createOnly(2));
  await stack.destroy();

  expect(payloads()).toEqual([{ n: 1 }, { n: 2 }]);
});

test('a creation fails with the whole payload of the error, keeps nothing, and is tried again', async () => {
  stack.write(invocation({ n: 1 }));
  lambda.answer = () => FAILURE;
  const failed = await stack.run('apply', '-auto-approve');
  const kept = stack.isEmpty();
  lambda.answer = () => ({ result: 'ok' });
  await stack.apply();

  expect(failed.exitCode).toBe(1);
  expect(unwrapped(failed.output)).toContain(
    'Error: invoking Lambda Function (f): {"errorType":"DNS_TXT_NOT_READY","errorMessage":"not yet"}',
  );
  expect(kept).toBe(true);
  expect(payloads().map(({ tf }) => tf.action)).toEqual(['create', 'create']);
});

test('a failed update saves the new input, so the next apply does nothing; a failed deletion stays', async () => {
  await stack.apply(invocation({ n: 1 }));
  lambda.answer = () => FAILURE;
  stack.write(invocation({ n: 2 }));
  const failed = await stack.run('apply', '-auto-approve');

  expect(failed.exitCode).toBe(1);
  expect((await stack.state())['aws_lambda_invocation.it'].input).toBe('{"n":2}');
  expect(await stack.planIsEmpty()).toBe(true);
  expect((await stack.run('destroy', '-auto-approve')).exitCode).toBe(1);
  expect(stack.isEmpty()).toBe(false);
});
