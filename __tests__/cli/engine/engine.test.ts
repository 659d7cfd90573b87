import { endOf, findHandlerErrors, readLine } from '../../../cli/engine/engine';

const read = (...lines: (string | object)[]) => {
  const shown: string[] = [];
  const waits: string[] = [];
  const events = {
    onLine: (line: string) => void shown.push(line),
    onWait: (address: string) => void waits.push(address),
  };
  const event = (more: object) => JSON.stringify({ '@level': 'info', '@message': '', ...more });
  const read = lines.map((line) => readLine(typeof line === 'string' ? line : event(line), events));
  return { shown, waits, end: endOf(0, read) };
};

describe("an engine's lines", () => {
  test('are shown as they arrive if they report the fate of a resource', () => {
    const { shown, end } = read(
      'Initializing the backend...',
      { '@message': 'Terraform 1.11.4', type: 'version' },
      { '@message': 'a.x: Drift detected (update)', type: 'resource_drift' },
      { '@message': 'a.x: Creation complete after 0s', type: 'apply_complete' },
    );
    expect(shown).toEqual(['a.x: Creation complete after 0s']);
    expect(end.output.split('\n')).toHaveLength(4);
  });

  test('name the object of a wait', () => {
    const hook = { resource: { addr: 'a.x' }, action: 'create', elapsed_seconds: 10 };
    const message = 'a.x: Still creating... [10s elapsed]';
    expect(read({ '@message': message, type: 'apply_progress', hook }).waits).toEqual(['a.x']);
  });

  test('give the planned changes, their number, and whether SES has verified', () => {
    const { end } = read(
      { type: 'planned_change', change: { resource: { addr: 'a.x' }, action: 'delete' } },
      { type: 'change_summary', changes: { add: 1, change: 2, remove: 3, operation: 'plan' } },
      { type: 'outputs', outputs: { verified: { sensitive: false, type: 'bool', value: false } } },
    );
    expect(end).toMatchObject({
      changes: [{ address: 'a.x', action: 'delete' }],
      counts: { add: 1, change: 2, remove: 3 },
      verified: false,
    });
  });

  test('give an error with its detail, and no warning', () => {
    const diagnostic = (severity: string) => ({
      '@message': 'Error: No',
      type: 'diagnostic',
      diagnostic: { severity, summary: 'No', detail: 'Because.' },
    });
    const { end } = read(diagnostic('warning'), diagnostic('error'));
    expect(end.errors).toEqual([{ severity: 'error', summary: 'No', detail: 'Because.' }]);
    expect(end.output).toContain('Error: No\n\nBecause.');
  });

  test('are printed unchanged if an event is incomplete', () => {
    expect(read('{"@level":"info","@mess').end.output).toBe('{"@level":"info","@mess');
  });
});

const MESSAGE =
  'DNS TXT record for s1._domainkey.example.com is not yet available. Please wait for DNS propagation. ns1.example.com (192.0.2.1:53): says that there is no such name "s1"; path C:\\x.';
const PAYLOAD = JSON.stringify({
  errorType: 'DNS_TXT_NOT_READY',
  errorMessage: MESSAGE,
  trace: ["DNS_TXT_NOT_READY: see the function's log for details", 'To do: Publish it, then', '  wait.'],
});
const ERROR = { code: 'DNS_TXT_NOT_READY', message: MESSAGE, advice: 'Publish it, then\n  wait.' };

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
  ])('is found %s', (_, output) => {
    expect(findHandlerErrors(output)).toEqual([ERROR]);
  });

  it('is reported once, however often the engine prints it, and alongside others', () => {
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
});
