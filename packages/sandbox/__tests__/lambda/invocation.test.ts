import { existsSync } from 'node:fs';
import { type Deployment, FUNCTION, useDeployment, zipOf } from './deployment';

const deployed = useDeployment();

describe('an invocation', () => {
  it('gets the event and a context, and returns its result', async () => {
    const { invoke, sandbox } = await deployed(
      `exports.handler = async (event, context) => ({ event, context, left: context.getRemainingTimeInMillis() });`,
      { settings: { Timeout: 30, MemorySize: 256 } },
    );

    const { payload, error, requestId } = await invoke({ domain: 'example.com' });

    expect(error).toBeUndefined();
    expect(payload.event).toEqual({ domain: 'example.com' });
    expect(payload.context).toMatchObject({
      awsRequestId: requestId,
      functionName: FUNCTION,
      functionVersion: '$LATEST',
      memoryLimitInMB: '256',
      invokedFunctionArn: `arn:aws:lambda:${sandbox.region}:${sandbox.accountId}:function:${FUNCTION}`,
      logGroupName: '/aws/lambda/probe',
    });
    expect(payload.left).toBeGreaterThan(25_000);
    expect(payload.left).toBeLessThanOrEqual(30_000);
  });

  it('sees the environment that Lambda provides, and nothing of the machine', async () => {
    process.env.BYODKIM_LEAK = 'the parent';
    const { invoke, sandbox } = await deployed(`exports.handler = async () => process.env;`, {
      settings: { Environment: { Variables: { BYODKIM_KEY_STORE_BUCKET: 'keys' } } },
    });

    const { payload } = await invoke();

    delete process.env.BYODKIM_LEAK;
    const expected = [
      ...[
        'AWS_ACCESS_KEY_ID',
        'AWS_SECRET_ACCESS_KEY',
        'AWS_SESSION_TOKEN',
        'AWS_REGION',
        'AWS_DEFAULT_REGION',
      ],
      ...['AWS_ENDPOINT_URL', 'AWS_EXECUTION_ENV', 'AWS_LAMBDA_FUNCTION_NAME', 'AWS_LAMBDA_FUNCTION_VERSION'],
      ...['AWS_LAMBDA_FUNCTION_MEMORY_SIZE', 'AWS_LAMBDA_INITIALIZATION_TYPE', 'AWS_LAMBDA_LOG_GROUP_NAME'],
      ...['AWS_LAMBDA_LOG_STREAM_NAME', '_HANDLER', 'LAMBDA_TASK_ROOT', 'BYODKIM_KEY_STORE_BUCKET'],
      // The sandbox's own: its name servers are on loopback addresses.
      'BYODKIM_DNS_LOOPBACK',
      ...['PATH', 'HOME', 'LANG', 'TZ'],
    ];
    expect(Object.keys(payload).sort()).toEqual(expected.sort());
    expect(payload).toMatchObject({ AWS_ENDPOINT_URL: sandbox.url, AWS_REGION: sandbox.region });
  });
});

describe('an execution environment', () => {
  const counter = `let count = 0; exports.handler = async () => ({ pid: process.pid, count: ++count });`;

  it('fails if its answer is longer than Lambda accepts', async () => {
    const { invoke } = await deployed(`exports.handler = async ({ length }) => 'a'.repeat(length - 2);`, {
      settings: { Timeout: 30 },
    });
    expect((await invoke({ length: 6_291_556 })).error).toBeUndefined();
    expect(await invoke({ length: 6_291_557 })).toMatchObject({
      error: 'Unhandled',
      payload: { errorType: 'Function.ResponseSizeTooLarge' },
    });
  });

  it('runs one invocation at a time: concurrent ones have one each, and only a few idle ones are kept', async () => {
    const { invoke } = await deployed(
      `exports.handler = async (event) => {
         if (event.wait) await new Promise((r) => setTimeout(r, 200));
         return process.pid;
       };`,
      { options: { maxIdleEnvironments: 1 } },
    );
    const before = await Promise.all([invoke({ wait: true }), invoke({ wait: true })]);
    expect(before[0]!.payload).not.toBe(before[1]!.payload);

    const after = await Promise.all([invoke({ wait: true }), invoke({ wait: true })]);

    const pids = new Set([...before, ...after].map(({ payload }) => payload));
    expect(pids.size).toBe(3);
  });

  it('is fresh after a change of code and of configuration', async () => {
    const { sandbox, invoke } = await deployed(counter);
    const pids = [(await invoke()).payload.pid];
    for (const [operation, change] of [
      ['UpdateFunctionCode', { ZipFile: zipOf(`${counter} // another`) }],
      ['UpdateFunctionConfiguration', { Timeout: 10 }],
    ] as const) {
      await sandbox.call('lambda', operation, { FunctionName: FUNCTION, ...change });
      await sandbox.call('lambda', 'GetFunction', { FunctionName: FUNCTION });
      const { pid, count } = (await invoke()).payload;
      expect(count).toBe(1);
      pids.push(pid);
    }

    expect(new Set(pids).size).toBe(3);
  });

  it('ends with the sandbox, as its folder does', async () => {
    const { invoke, close } = await deployed(
      `exports.handler = async () => ({ pid: process.pid, root: process.env.LAMBDA_TASK_ROOT });`,
    );
    const { pid, root } = (await invoke()).payload;
    expect(existsSync(root)).toBe(true);

    await close();

    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    expect(existsSync(root)).toBe(false);
  });
});

describe('a failing invocation', () => {
  it('fails with the handler’s error, and the environment stays', async () => {
    const { invoke } = await deployed(
      `exports.handler = async (event) => {
         if (!event.fail) return process.pid;
         const error = new Error('not yet');
         error.name = 'DNS_TXT_NOT_READY';
         throw error;
       };`,
    );
    const before = await invoke();

    const failed = await invoke({ fail: true });

    expect(failed.error).toBe('Unhandled');
    expect(failed.payload).toEqual({
      errorType: 'DNS_TXT_NOT_READY',
      errorMessage: 'not yet',
      trace: expect.arrayContaining(['DNS_TXT_NOT_READY: not yet']),
    });
    expect(failed.log).toContain('Invoke Error');
    expect((await invoke()).payload).toBe(before.payload);
  });

  it('fails when its time is up, in real time, and the next environment is fresh', async () => {
    const { invoke } = await deployed(
      `exports.handler = async (event) => {
         if (event.hang) await new Promise(() => setInterval(() => {}, 1000));
         return process.pid;
       };`,
      { settings: { Timeout: 3 }, options: { timeoutScale: 0.1 } },
    );
    const before = await invoke();

    const hung = await invoke({ hang: true });

    expect(hung.error).toBe('Unhandled');
    expect(hung.payload).toEqual({
      errorType: 'Sandbox.Timedout',
      errorMessage: `RequestId: ${hung.requestId} Error: Task timed out after 3.00 seconds`,
    });
    expect(hung.log).toContain(`${hung.requestId} Task timed out after 3.00 seconds`);
    expect((await invoke()).payload).not.toBe(before.payload);
  });

  it('fails as on Lambda when its process is killed, and the next environment is fresh', async () => {
    const { invoke } = await deployed(
      `exports.handler = async (event) => {
         if (event.die) process.kill(process.pid, 'SIGKILL');
         return process.pid;
       };`,
    );
    const before = await invoke();

    const { error, payload, requestId } = await invoke({ die: true });

    expect(error).toBe('Unhandled');
    expect(payload).toEqual({
      errorType: 'Runtime.ExitError',
      errorMessage: `RequestId: ${requestId} Error: Runtime exited with error: signal: killed`,
    });
    expect((await invoke()).payload).not.toBe(before.payload);
  });
});

describe('the log', () => {
  it('has every line, in order, between those of Lambda', async () => {
    const { invoke, lambda, sandbox } = await deployed(
      `exports.handler = async () => {
         console.log('from the %s', 'console');
         process.stdout.write('{"raw":');
         process.stdout.write('true}\\n');
         console.error('on stderr');
         process.stdout.write('without an end');
       };`,
    );

    const { log, requestId } = await invoke();

    const lines = log.slice(0, -1).split('\n');
    const now = new Date(sandbox.clock.now()).toISOString().slice(0, 10);
    expect(lines).toEqual([
      `START RequestId: ${requestId} Version: $LATEST`,
      expect.stringMatching(`^${now}T\\S+Z\t${requestId}\tINFO\tfrom the console$`),
      '{"raw":true}',
      expect.stringMatching(`\t${requestId}\tERROR\ton stderr$`),
      'without an end',
      `END RequestId: ${requestId}`,
      expect.stringMatching(`^REPORT RequestId: ${requestId}\tDuration: `),
    ]);
    expect(lambda.logs(FUNCTION)).toEqual(lines);
  });

  it('reaches CloudWatch Logs as far as the role may write there', async () => {
    const writes = (Resource: string) => [
      { Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource },
    ];
    const source = `exports.handler = async () => { console.log('hello'); };`;
    const settings = { LoggingConfig: { LogGroup: '/byodkim' } };
    const events = async ({ sandbox, invoke }: Deployment): Promise<any[]> => {
      await sandbox.call('logs', 'CreateLogGroup', { logGroupName: '/byodkim' });
      await invoke();
      return (await sandbox.call('logs', 'FilterLogEvents', { logGroupName: '/byodkim' })).events;
    };

    const allowed = await deployed(source, { settings, statements: writes('*') });
    expect((await events(allowed)).map(({ message }) => message)).toContainEqual(
      expect.stringContaining('hello'),
    );

    const other = 'arn:aws:logs:*:*:log-group:/other:*';
    const refused = await deployed(source, { settings, statements: writes(other) });
    expect(await events(refused)).toEqual([]);
  });
});

describe('a call from the function', () => {
  const asking = `
    const { GetCallerIdentityCommand, STSClient } = require(${JSON.stringify(require.resolve('@aws-sdk/client-sts'))});
    const sts = new STSClient();
    exports.handler = async () => {
      const { $metadata } = await sts.send(new GetCallerIdentityCommand());
      return { status: $metadata.httpStatusCode, pid: process.pid };
    };`;

  it('is made by the role’s session, and names its invocation although the process is warm', async () => {
    const { invoke, sandbox } = await deployed(asking);

    const first = await invoke();
    const second = await invoke();

    expect(second.payload.pid).toBe(first.payload.pid);
    const calls = sandbox.calls.filter(({ service }) => service === 'sts');
    expect(calls.map(({ principal }) => principal)).toEqual(
      [first, second].map(({ requestId }) => ({
        type: 'role',
        roleName: 'probe-role',
        roleArn: expect.stringContaining(':role/probe-role'),
        sessionName: FUNCTION,
        invocationId: requestId,
      })),
    );
  });

  it.each(['killBefore', 'killAfter'] as const)('kills its process with the fault %s', async (kind) => {
    const { invoke, sandbox } = await deployed(asking);
    sandbox.faults.add({ operation: 'sts:GetCallerIdentity', kind, times: 1 });

    const killed = await invoke();

    expect(killed.payload.errorType).toBe('Runtime.ExitError');
    expect((await invoke()).payload.status).toBe(200);
  });
});
