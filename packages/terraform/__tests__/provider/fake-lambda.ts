import { type Sandbox, startSandbox } from '../../../sandbox/aws/sandbox';
import { createSts } from '../../../sandbox/aws/services/sts';

export interface Invocation {
  readonly payload: any;
}

/** What a fake answer may be: a result, or the error of the function. */
export type FakeAnswer =
  | { readonly result: unknown }
  | { readonly functionError: { readonly errorType: string; readonly errorMessage: string } };

export interface FakeLambda {
  readonly sandbox: Sandbox;
  readonly invocations: Invocation[];
  /** What the next invocations get. @default a result */
  answer: (invocation: Invocation) => FakeAnswer;
}

/** A sandbox where only functions are invoked, so that a test says how each invocation ends. */
export async function fakeLambda(): Promise<FakeLambda> {
  const invocations: Invocation[] = [];
  const invoke = ({ Payload }: any) => {
    const invocation = { payload: JSON.parse(Buffer.from(Payload).toString()) };
    invocations.push(invocation);
    return outputOf(fake.answer(invocation));
  };
  const lambda = {
    name: 'lambda',
    operations: { Invoke: { action: 'lambda:InvokeFunction', resource: () => '*', run: invoke } },
  };
  const sandbox = await startSandbox({ services: [createSts, () => lambda] });
  const fake: FakeLambda = {
    sandbox,
    invocations,
    answer: () => ({ result: { done: true } }),
  };
  return fake;
}

function outputOf(answer: FakeAnswer): object {
  const failed = 'functionError' in answer;
  const text = JSON.stringify(failed ? answer.functionError : answer.result);
  return {
    StatusCode: 200,
    ...(failed && { FunctionError: 'Unhandled' }),
    Payload: Buffer.from(text),
  };
}
