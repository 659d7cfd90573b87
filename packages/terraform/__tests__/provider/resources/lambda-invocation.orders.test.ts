import { InProcessEngine } from '../../../engine/in-process-engine';
import { ENGINES } from '../../engine/engines';
import { type FakeLambda, fakeLambda } from '../fake-lambda';
import { makeStack, ref, type Stack } from '../stack';

/**
 * In which order the engine invokes the links of a stack, and which deletes it sends: what the rollback rests on, and what
 * the fast engine of the simulation is held to.
 */
describe.each(ENGINES)('with $title', ({ engine: program }) => {
  let lambda: FakeLambda;
  let engine: InProcessEngine;
  let stack: Stack;

  // One stack goes through them all: each begins with what the one before has left.
  beforeAll(async () => {
    lambda = await fakeLambda();
    engine = new InProcessEngine(lambda.sandbox);
    stack = await makeStack(engine, {}, program);
    await stack.apply(chain('s1'));
    expect(invoked()).toEqual(['gate s1', 'baseline B1', 'signing s1 B1', 'other s1', 'confirmation s1 B1']);
  });

  afterAll(async () => {
    stack.remove();
    await engine.close();
    await lambda.sandbox.close();
  });

  function chain(selector: string): object {
    const before = { lifecycle: { create_before_destroy: true, ignore_changes: ['input'] } };
    const attempt = ref('terraform_data.attempt.id');
    const of = ref('jsondecode(aws_lambda_invocation.baseline.input).id');
    const link = (name: string, triggers: object, after: readonly string[]) => ({
      ...before,
      function_name: 'f',
      input: JSON.stringify({ name, selector, ...triggers }),
      triggers,
      depends_on: after.map((other) => `aws_lambda_invocation.${other}`),
    });
    return {
      resource: {
        terraform_data: {
          attempt: { lifecycle: { create_before_destroy: true }, triggers_replace: [selector] },
        },
        aws_lambda_invocation: {
          gate: link('gate', { attempt }, []),
          baseline: {
            ...link('baseline', {}, ['gate']),
            lifecycle_scope: 'CRUD',
            input: JSON.stringify({ name: 'baseline', id: ref('uuid()') }),
          },
          signing: link('signing', { attempt, stack: of }, []),
          other: link('other', { attempt }, ['signing']),
          confirmation: link('confirmation', { attempt, stack: of }, ['signing', 'other']),
        },
      },
    };
  }

  const ids: string[] = [];
  const numbered = (id: string): string => {
    if (!ids.includes(id)) ids.push(id);
    return `B${ids.indexOf(id) + 1}`;
  };

  /** What was invoked since the last time: `signing s2 B1`. Baselines are numbered in the order they came up. */
  const invoked = (): string[] =>
    lambda.invocations.splice(0).map(({ payload: { name, selector, id, stack: of, tf } }) => {
      const words = [tf?.action === 'delete' && 'delete', name, selector, (id ?? of) && numbered(id ?? of)];
      return words.filter(Boolean).join(' ');
    });

  const failing = async (name: string, ...command: readonly string[]): Promise<string[]> => {
    lambda.answer = ({ payload }) =>
      payload.name === name
        ? { functionError: { errorType: 'Error', errorMessage: 'no' } }
        : { result: 'ok' };
    expect((await stack.run(...command, '-auto-approve')).exitCode).toBe(1);
    lambda.answer = () => ({ result: 'ok' });
    return invoked();
  };
  const CHAIN = (selector: string, of = 'B1') => [
    `gate ${selector}`,
    `signing ${selector} ${of}`,
    `other ${selector}`,
    `confirmation ${selector} ${of}`,
  ];

  test('a rotation sends no delete', async () => {
    await stack.apply(chain('s2'));
    expect(invoked()).toEqual(CHAIN('s2'));
    expect(await stack.planIsEmpty()).toBe(true);
  });

  test('a rotation that fails in the middle continues there', async () => {
    stack.write(chain('s3'));
    expect(await failing('other', 'apply')).toEqual(['gate s3', 'signing s3 B1', 'other s3']);
    await stack.apply();
    expect(invoked()).toEqual(['other s3', 'confirmation s3 B1']);
  });

  test('a failed and reverted rotation makes a third chain, and sends no delete', async () => {
    stack.write(chain('s4'));
    await failing('other', 'apply');
    await stack.apply(chain('s3'));
    expect(invoked()).toEqual(CHAIN('s3'));
    expect(await stack.planIsEmpty()).toBe(true);
  });

  test('a replaced baseline is deleted last, whatever failed before', async () => {
    const replace = '-replace=aws_lambda_invocation.baseline';
    expect(await failing('signing', 'apply', replace)).toEqual(['baseline B2', 'signing s3 B2']);
    await stack.apply();
    expect(invoked()).toEqual(['signing s3 B2', 'confirmation s3 B2', 'delete baseline B1']);
    expect(await stack.planIsEmpty()).toBe(true);
  });

  test('a destroy sends only the baseline’s delete, again if it has failed', async () => {
    expect(await failing('baseline', 'destroy')).toEqual(['delete baseline B2']);
    await stack.destroy();
    expect(invoked()).toEqual(['delete baseline B2']);
  });
});
