import http from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Invocation {
  readonly functionName: string;
  readonly payload: any;
}

/** What a fake answer may be: a result, the error of the function or of the service, or a broken connection. */
export type FakeAnswer =
  | { readonly result: unknown }
  | { readonly functionError: { readonly errorType: string; readonly errorMessage: string } }
  | { readonly error: { readonly code: string; readonly message: string; readonly statusCode: number } }
  | 'reset';

export interface FakeLambda {
  readonly url: string;
  readonly invocations: Invocation[];
  /** What the next invocations get. @default a result */
  answer: (invocation: Invocation) => FakeAnswer;
  close(): Promise<void>;
}

/** An endpoint where only functions are invoked, so that a test says how each invocation ends. */
export async function fakeLambda(): Promise<FakeLambda> {
  const invocations: Invocation[] = [];
  const server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { input } = JSON.parse(Buffer.concat(chunks).toString());
    const payload = JSON.parse(Buffer.from(input.Payload.$base64, 'base64').toString());
    const invocation = { functionName: input.FunctionName, payload };
    invocations.push(invocation);
    const answer = fake.answer(invocation);
    if (answer === 'reset') request.socket.destroy();
    else response.end(JSON.stringify('error' in answer ? answer : { output: outputOf(answer) }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const fake: FakeLambda = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    invocations,
    answer: () => ({ result: { done: true } }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return fake;
}

function outputOf(answer: Exclude<FakeAnswer, 'reset' | { error: unknown }>): object {
  const failed = 'functionError' in answer;
  const text = JSON.stringify(failed ? answer.functionError : answer.result);
  return {
    StatusCode: 200,
    ...(failed && { FunctionError: 'Unhandled' }),
    Payload: { $base64: Buffer.from(text).toString('base64') },
  };
}
