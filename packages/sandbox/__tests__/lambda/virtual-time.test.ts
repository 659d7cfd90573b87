import { until } from '../until';
import { FUNCTION, useDeployment } from './deployment';

const HOUR_MS = 3_600_000;

const deployed = useDeployment();

const CLOCK = `
  const timers = require('node:timers/promises');
  const real = () => Math.round(performance.now());`;

describe('the time of a function', () => {
  it('is the time of the sandbox', async () => {
    const { invoke, sandbox } = await deployed(
      `exports.handler = async () => ({
         now: Date.now(),
         date: new Date().getTime(),
         text: Date(),
         fixed: new Date(2025, 0, 1) instanceof Date && new Date('2025-01-01T00:00:00Z').getTime(),
         isDate: require('node:util').types.isDate(new Date()),
       });`,
    );
    await sandbox.clock.advance(30 * 24 * HOUR_MS);
    const before = sandbox.clock.now();

    const { payload } = await invoke();

    for (const time of [payload.now, payload.date, Date.parse(payload.text) + 999]) {
      expect(time).toBeGreaterThanOrEqual(Math.floor(before) - 1);
      expect(time).toBeLessThanOrEqual(sandbox.clock.now() + 1000);
    }
    expect(payload.fixed).toBe(Date.parse('2025-01-01T00:00:00Z'));
    expect(payload.isDate).toBe(true);
  });

  it('follows the sandbox while it runs, and wakes a sleeper whose time has come', async () => {
    const { invoke, sandbox, lambda } = await deployed(
      `${CLOCK}
       exports.handler = async (event, context) => {
         const [started, left] = [Date.now(), context.getRemainingTimeInMillis()];
         process.stdout.write('sleeping\\n');
         await timers.setTimeout(${HOUR_MS});
         return { slept: Date.now() - started, spent: left - context.getRemainingTimeInMillis() };
       };`,
      { settings: { Timeout: 20 } },
    );
    const invocation = invoke();
    await until(() => lambda.logs(FUNCTION).includes('sleeping'));

    await sandbox.clock.advance(HOUR_MS);

    const { payload } = await invocation;
    expect(payload.slept).toBeGreaterThanOrEqual(HOUR_MS);
    // The clock was moved; the function has not been running for an hour.
    expect(payload.spent).toBeLessThan(payload.slept / 2);
  });
});

describe('a shortened sleep', () => {
  const shortened = (factor: number, timeoutSeconds = 300) => ({
    options: { sleep: { factor } },
    settings: { Timeout: timeoutSeconds },
  });

  it('lasts its part of the time, and the function’s clock and remaining time advance by the full time', async () => {
    const { invoke } = await deployed(
      `${CLOCK}
       exports.handler = async (event, context) => {
         const [started, began, left] = [Date.now(), real(), context.getRemainingTimeInMillis()];
         const value = await timers.setTimeout(60000, 'value');
         return {
           value,
           virtual: Date.now() - started,
           real: real() - began,
           spent: left - context.getRemainingTimeInMillis(),
         };
       };`,
      shortened(0.001),
    );

    const { payload } = await invoke();

    expect(payload.value).toBe('value');
    expect(payload.virtual).toBeGreaterThanOrEqual(60_000);
    expect(payload.real).toBeGreaterThanOrEqual(55);
    expect(payload.virtual - payload.real).toBeLessThan(60_000);
    expect(payload.real).toBeLessThan(payload.virtual / 2);
    expect(payload.spent).toBeGreaterThanOrEqual(60_000);
  });

  it('fails by timeout when it outlasts the function, as it would at full length', async () => {
    const { invoke } = await deployed(
      `${CLOCK}
       exports.handler = async () => {
         for (let i = 0; i < 10; i += 1) { process.stdout.write('round ' + i + '\\n'); await timers.setTimeout(70000); }
       };`,
      shortened(0.0001, 300),
    );

    const { payload, log, requestId } = await invoke();

    expect(payload).toEqual({
      errorType: 'Sandbox.Timedout',
      errorMessage: `RequestId: ${requestId} Error: Task timed out after 300.00 seconds`,
    });
    expect(log).toContain('round 4');
    expect(log).not.toContain('round 5');
  });
});
