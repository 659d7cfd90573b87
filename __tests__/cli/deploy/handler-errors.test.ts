import fc from 'fast-check';
import { findHandlerErrors } from '../../../cli/deploy/handler-errors';
import { unframe } from '../../support/unframe';

const MESSAGE =
  'DNS TXT record for s1._domainkey.example.com is not yet available. Please wait for DNS propagation. ns1.example.com (192.0.2.1:53): says that there is no such name "s1"; path C:\\x.';
const PAYLOAD = JSON.stringify({
  errorType: 'DNS_TXT_NOT_READY',
  errorMessage: MESSAGE,
  trace: ["DNS_TXT_NOT_READY: see the function's log for details", 'To do: Publish it, then', '  wait.'],
});
const ERROR = { code: 'DNS_TXT_NOT_READY', message: MESSAGE, advice: 'Publish it, then\n wait.' };

describe("the function's error", () => {
  it.each<[string, string]>([
    ['bare', PAYLOAD],
    [
      'with the words of the provider before and after',
      `invoking Lambda Function (ses-byodkim): ${PAYLOAD}, oh`,
    ],
    [
      'in parentheses, as other versions of the provider print it',
      `Lambda function (ses-byodkim) returned error: (${PAYLOAD})`,
    ],
    [
      'in the frame of an engine',
      `╷\n│ Error: invoking Lambda Function (f): ${PAYLOAD}\n│ \n│   with aws_lambda_invocation.x,\n╵\n`,
    ],
    [
      'in colours',
      `\u001b[31m╷\u001b[0m\u001b[0m\n\u001b[31m│\u001b[0m \u001b[0m\u001b[1m\u001b[31mError: \u001b[0m\u001b[0m\u001b[1m${PAYLOAD}\u001b[0m`,
    ],
    [
      'behind the name of the stack, as cdktf prints it, and broken at spaces',
      `example.com  ╷\n${`Error: ${PAYLOAD}`
        .split(' ')
        .map((word) => `             │ ${word}`)
        .join('\n')}\n             ╵`,
    ],
    [
      'broken at spaces, with the name of the stack on each line',
      `Error: ${PAYLOAD}`
        .split(/(?<=\S) (?=\S)/)
        .map((word) => `example.com  │ ${word}`)
        .join('\r\n'),
    ],
  ])('is found %s', (_, output) => {
    expect(
      findHandlerErrors(unframe(output)).map((error) => ({
        ...error,
        message: error.message.replace(/ +/g, ' '),
      })),
    ).toEqual([ERROR]);
  });

  it('is reported once, however often the engine prints it, and beside others', () => {
    const other = JSON.stringify({ errorType: 'ACCESS_DENIED', errorMessage: 'No.' });
    expect(findHandlerErrors(`${PAYLOAD}\n${other}\n${PAYLOAD}`).map(({ code }) => code)).toEqual([
      'DNS_TXT_NOT_READY',
      'ACCESS_DENIED',
    ]);
  });

  it('is not found in output without one, or with only half of one', () => {
    expect(findHandlerErrors('Error: no such bucket {"errorCode": 1}')).toEqual([]);
    expect(findHandlerErrors(PAYLOAD.slice(0, 60))).toEqual([]);
    expect(findHandlerErrors('{"errorType": 5, "errorMessage": []}')).toEqual([]);
  });

  it('never stops the reading of any output', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(fc.string(), fc.constantFrom('{"errorType":', '{"errorMessage":"', '\\', '}', '│ ')),
        ),
        (parts) => {
          findHandlerErrors(parts.join(''));
        },
      ),
    );
  });
});
