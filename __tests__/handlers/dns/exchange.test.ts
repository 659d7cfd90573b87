import { createExchange, type ExchangeTiming } from '../../../handlers/dns/exchange';
import { describeProblem } from '../../../handlers/words/gate';
import type { Rule } from '../../../packages/sandbox/dns/rules';
import { type DnsServer, startDnsServer } from '../../../packages/sandbox/dns/server';

const TIMING: ExchangeTiming = { resendsMs: [60], tcpMs: 150, deadlineMs: 400 };
const NAME = 'host.example.com';
const NOT_DNS = 'sends something that does not answer the question';
const QUESTION = { name: NAME, type: 'TXT', recursionDesired: false } as const;

let server: DnsServer;

/** Time stands still: it passes only where a test lets it. Sockets go on as they do. */
beforeEach(async () => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
  server = await startDnsServer({ zones: { 'example.com': { [`${NAME} TXT`]: 'hello' } } });
});
afterEach(async () => {
  jest.useRealTimers();
  await server.close();
});

/** What was sent has come by then: on one machine it does so at once. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
}

/** Waits until the server has been asked so many times, and its answers have been read. */
async function asked(times: number): Promise<void> {
  while (server.log.length < times) await new Promise(setImmediate);
  await turns();
}

const endpoint = (): { address: string; port: number } => ({ address: '127.0.0.1', port: server.port });
function ask(rule?: Rule, signal?: AbortSignal) {
  if (rule) server.misbehave(rule);
  return createExchange(TIMING)(endpoint(), QUESTION, signal);
}
const transports = (): string[] => server.log.map(({ transport }) => transport);

describe('a question to a server', () => {
  test('is answered over IPv6', async () => {
    const zones = { 'example.com': { [`${NAME} TXT`]: 'hello' } };
    const { port, close } = await startDnsServer({ address: '::1', zones });
    const result = await createExchange(TIMING)({ address: '::1', port }, QUESTION);
    expect(result).toMatchObject({ transport: 'udp', reply: { rcode: 'NOERROR' } });
    await close();
  });

  test('is sent again if the first datagram is lost', async () => {
    const result = ask({ drop: true, times: 1 });
    await asked(1);
    jest.advanceTimersByTime(TIMING.resendsMs[0]!);
    expect(await result).toMatchObject({ transport: 'udp', roundTripMs: TIMING.resendsMs[0] });
    expect(transports()).toEqual(['udp', 'udp']);
  });

  test('moves to TCP at once if the answer is truncated', async () => {
    const result = await ask({ truncate: true });
    expect(result).toMatchObject({ transport: 'tcp' });
    expect(transports()).toEqual(['udp', 'tcp']);
  });

  test('moves to TCP if a truncated answer is cut in the middle of a record', async () => {
    server.setTxt(NAME, 'x'.repeat(3000));
    expect(await ask({ cutAtBytes: 40, transport: 'udp' })).toMatchObject({ transport: 'tcp' });
  });

  test('moves to TCP if UDP stays silent', async () => {
    const result = ask({ drop: true, transport: 'udp' });
    await asked(1);
    jest.advanceTimersByTime(TIMING.resendsMs[0]!);
    await asked(2);
    jest.advanceTimersByTime(TIMING.tcpMs - TIMING.resendsMs[0]!);
    expect(await result).toMatchObject({ transport: 'tcp' });
    expect(transports()).toEqual(['udp', 'udp', 'tcp']);
  });

  test('is repeated without EDNS, over UDP and TCP, if the server does not know EDNS', async () => {
    expect(await ask({ refuseEdns: true, truncate: true })).toMatchObject({
      transport: 'tcp',
      reply: { rcode: 'NOERROR' },
    });
    expect(server.log.map(({ transport, edns }) => [transport, edns])).toEqual([
      ['udp', 1232],
      ['udp', undefined],
      ['tcp', undefined],
    ]);
  });

  test('waits for the correct answer after a wrong one', async () => {
    const result = ask({ wrongId: true, times: 1 });
    await asked(1);
    jest.advanceTimersByTime(TIMING.resendsMs[0]!);
    expect(await result).toMatchObject({ transport: 'udp', reply: { rcode: 'NOERROR' } });
  });

  test.each<[string, Rule[], string]>([
    ['silence', [{ drop: true }], 'does not answer'],
    [
      'an answer from elsewhere',
      [{ wrongSource: true, transport: 'udp' }, { drop: true }],
      'does not answer',
    ],
    ['the wrong id', [{ wrongId: true, transport: 'udp' }, { drop: true }], NOT_DNS],
    ['the wrong id over TCP', [{ drop: true, transport: 'udp' }, { wrongId: true }], NOT_DNS],
    ['another question', [{ wrongQuestion: true }], NOT_DNS],
    ['garbage', [{ garbage: true }], NOT_DNS],
    ['an empty message', [{ garbage: Buffer.alloc(0) }], NOT_DNS],
    ['half a header', [{ garbage: Buffer.alloc(7) }], NOT_DNS],
  ])('fails on %s', async (_, rules, problem) => {
    for (const rule of rules) server.misbehave(rule);
    const answer = ask();
    await asked(1);
    jest.advanceTimersByTime(TIMING.tcpMs);
    // Twice over UDP by then, and over TCP.
    await asked(3);
    jest.advanceTimersByTime(TIMING.deadlineMs - TIMING.tcpMs);
    const result = await answer;
    expect('problem' in result && describeProblem(result.problem)).toContain(problem);
  });

  test('fails if truncation leads to silence over TCP', async () => {
    server.misbehave({ truncate: true, transport: 'udp' });
    const result = ask({ drop: true });
    await asked(2);
    jest.advanceTimersByTime(TIMING.deadlineMs);
    expect(await result).toMatchObject({
      problem: { kind: 'over-tcp', after: 'truncation', answer: { kind: 'silent' } },
    });
  });

  test.each([1, 2, 3])('fails at once on a closed port, %i questions at once', async (count) => {
    await server.close();
    const exchange = createExchange(TIMING);
    const results = Array.from({ length: count }, (_, at) =>
      exchange(endpoint(), { ...QUESTION, name: `host${at}.example.com` }),
    );
    // No time has passed.
    for (const result of await Promise.all(results))
      expect(result).toEqual({ problem: { kind: 'port-closed' }, roundTripMs: 0 });
  });

  test('fails on an address that this machine cannot reach', async () => {
    const answer = createExchange(TIMING)({ address: '2001:db8::1', port: 53 }, QUESTION);
    await turns();
    jest.advanceTimersByTime(TIMING.deadlineMs);
    const result = await answer;
    expect('problem' in result && describeProblem(result.problem)).toMatch(
      /cannot be reached from here|does not answer/,
    );
  });

  test('ends with the reason of the signal', async () => {
    const controller = new AbortController();
    const result = ask({ drop: true }, controller.signal);
    await asked(1);
    controller.abort(new Error('enough'));
    await expect(result).rejects.toThrow('enough');
    await expect(ask(undefined, AbortSignal.abort(new Error('too late')))).rejects.toThrow('too late');
  });
});
