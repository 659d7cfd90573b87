import { InProcessEngine } from '../../../engine/in-process-engine';
import { ENGINES } from '../../engine/engines';
import { type FakeLambda, fakeLambda } from '../fake-lambda';
import { makeStack, ref, type Stack } from '../stack';

/**
 * In which order the engine creates and deletes the links of a chain that is replaced create-before-destroy, with
 * the id of an attempt as their trigger: what the rollback of a transaction rests on.
 */
describe.each(ENGINES)('with $title', ({ engine: program }) => {
  let lambda: FakeLambda;
  let engine: InProcessEngine;
  let stack: Stack;

  // One stack goes through them all: each begins with the whole chain that the one before has left.
  beforeAll(async () => {
    lambda = await fakeLambda();
    engine = new InProcessEngine(lambda.sandbox);
    stack = await makeStack(engine, {}, program);
    await stack.apply(chain('s1'));
    expect(invoked()).toEqual(LINKS.map((name) => `create ${name} s1`));
  });

  afterAll(async () => {
    stack.remove();
    await engine.close();
    await lambda.close();
  });

  const LINKS = ['gate', 'signing', 'other', 'confirmation'];

  function chain(selector: string): object {
    const before = { lifecycle: { create_before_destroy: true } };
    const link = (name: string, index: number) => ({
      ...before,
      function_name: 'f',
      lifecycle_scope: 'CRUD',
      input: JSON.stringify({ name, selector, attempt: ref('terraform_data.attempt.id') }),
      triggers: { attempt: ref('terraform_data.attempt.id') },
      ...(index > 0 && { depends_on: [`aws_lambda_invocation.${LINKS[index - 1]}`] }),
    });
    return {
      resource: {
        terraform_data: { attempt: { ...before, triggers_replace: [selector] } },
        aws_lambda_invocation: Object.fromEntries(LINKS.map((name, index) => [name, link(name, index)])),
      },
    };
  }

  /** What was invoked since the last time: `create gate s2`. Attempts are numbered in the order they came up. */
  function invoked(): string[] {
    return lambda.invocations
      .splice(0)
      .map(({ payload: { name, selector, tf } }) => `${tf.action} ${name} ${selector}`);
  }

  const failOther = () => {
    lambda.answer = ({ payload: { name, tf } }) =>
      name === 'other' && tf.action === 'create'
        ? { functionError: { errorType: 'Error', errorMessage: 'no' } }
        : { result: 'ok' };
  };
  const mend = () => {
    lambda.answer = () => ({ result: 'ok' });
  };

  async function applyFailing(selector: string): Promise<string[]> {
    failOther();
    stack.write(chain(selector));
    expect((await stack.run('apply', '-auto-approve')).exitCode).toBe(1);
    mend();
    return invoked();
  }

  const REMOVED = [...LINKS].reverse();

  test('a rotation makes all of the new chain, then deletes the old one backwards', async () => {
    await stack.apply(chain('s2'));

    expect(invoked()).toEqual([
      ...LINKS.map((name) => `create ${name} s2`),
      ...REMOVED.map((name) => `delete ${name} s1`),
    ]);
  });

  test('fails in the middle, deletes nothing; again, makes what is missing, then deletes backwards', async () => {
    expect(await applyFailing('s3')).toEqual(['create gate s3', 'create signing s3', 'create other s3']);
    await stack.apply();

    expect(invoked()).toEqual([
      'create other s3',
      'create confirmation s3',
      ...REMOVED.map((name) => `delete ${name} s2`),
    ]);
  });

  test('failed and put back: a third chain, then both earlier ones are deleted', async () => {
    await applyFailing('s4');
    await stack.apply(chain('s3'));

    const calls = invoked();
    expect(calls.slice(0, 6)).toEqual([
      ...LINKS.map((name) => `create ${name} s3`),
      'delete confirmation s3',
      'delete other s3',
    ]);
    // Of the two that failed in between, the order is the engine's to choose.
    expect(calls.slice(6, 8).sort()).toEqual(['delete signing s3', 'delete signing s4']);
    expect(calls.slice(8).sort()).toEqual(['delete gate s3', 'delete gate s4']);
    expect(await stack.planIsEmpty()).toBe(true);
  });

  test('failed and destroyed: both chains are deleted, signing before the gates', async () => {
    await applyFailing('s4');
    await stack.destroy();

    const calls = invoked();
    expect(calls.slice(0, 2)).toEqual(['delete confirmation s3', 'delete other s3']);
    expect(calls.slice(2, 4).sort()).toEqual(['delete signing s3', 'delete signing s4']);
    expect(calls.slice(4).sort()).toEqual(['delete gate s3', 'delete gate s4']);
  });
});
