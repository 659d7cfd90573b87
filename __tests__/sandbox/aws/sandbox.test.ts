import { type Sandbox, startSandbox } from '../../../sandbox/aws/sandbox';

describe('the sandbox', () => {
  let sandbox: Sandbox;
  beforeEach(async () => {
    sandbox = await startSandbox();
  });
  afterEach(() => sandbox.close());

  const control = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${sandbox.url}/_sandbox/${path}`, { method, body: JSON.stringify(body) });
    return (await response.json()) as any;
  };

  it('tells another process who it is, through /_sandbox/call', async () => {
    const call = { service: 'sts', operation: 'GetCallerIdentity', input: {} };
    expect(await control('POST', 'call', call)).toEqual({
      output: expect.objectContaining({ Account: '123456789012' }),
    });
    expect(sandbox.calls).toEqual([
      expect.objectContaining({ operation: 'GetCallerIdentity', outcome: 'ok' }),
    ]);
  });

  it('fails a call of an unknown service with an error, not a broken connection', async () => {
    const { error } = await control('POST', 'call', { service: 'nope', operation: 'X', input: {} });
    expect(error.message).toContain('no service nope');
  });
});
