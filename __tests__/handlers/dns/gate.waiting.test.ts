import type { Clock } from '../../../handlers/clock';
import { createExchange } from '../../../handlers/dns/exchange';
import { proofWords } from '../../../handlers/words/errors';
import { RESOLVER as VIRTUAL_RESOLVER } from '../../support/dns/scenarios';
import * as setup from './support';
import { proveVirtually } from './virtual-network';

/** Time that passes only by sleeping, at once; `onSleep` is what happens meanwhile. */
function instantClock(onSleep: (sleeps: number) => void = () => {}): Clock & { readonly slept: number[] } {
  let now = 1_000_000;
  const slept: number[] = [];
  return {
    slept,
    now: () => now,
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      now += ms;
      slept.push(ms);
      onSleep(slept.length);
      signal?.throwIfAborted();
    },
  };
}

const openSockets = (): number =>
  process.getActiveResourcesInfo().filter((resource) => /UDP|TCPSocketWrap|TCPConnect/.test(resource)).length;

describe('waiting', () => {
  test('asks again until the record exists, and remembers how long resolvers may lack it', () => {
    const server = { zones: { 'example.com': setup.ZONE }, namesServers: true };
    const servers = { [setup.NS1]: server, [setup.NS2]: server };
    return setup.within(setup.internet(servers), async (network) => {
      const clock = instantClock((sleeps) => sleeps === 3 && setup.publish(network, setup.VALUE));
      const outcome = await setup.prove(network, { waitSeconds: 60 }, { clock });
      expect(outcome).toMatchObject({ ready: true, rounds: 4, absenceSeconds: 60 });
      expect(clock.slept).toEqual([2000, 3000, 4500]);
    });
  });

  test('fails with a hint in the last of several rounds, for a zone below as well', async () => {
    const apex = 'mail.example.com';
    const delegation = { [`${apex} NS`]: [`ns.${apex}`], [`ns.${apex} A`]: '127.0.2.9' };
    const misplaced = `selector1._domainkey.${apex}.${apex}`;
    const zones = { '127.0.2.9': { [apex]: { ...delegation, [`${misplaced} TXT`]: setup.VALUE } } };
    const copies = { '127.0.2.1': delegation, '127.0.2.2': delegation };
    const network = { servers: 2, roundTripMs: 10, zones, copies };
    const change = { domain: apex, waitSeconds: 2 };
    const { outcome } = await proveVirtually(network, change, { clock: instantClock() });
    expect(outcome).toMatchObject({ code: 'DNS_TXT_NOT_READY', rounds: 2 });
    expect(proofWords(outcome).message).toContain(`A DKIM record was found at ${misplaced}`);
  });

  test('gives up after waitSeconds, with pauses of at most 15 seconds', () =>
    setup.within(setup.internet(), async (network) => {
      const clock = instantClock();
      const outcome = await setup.prove(
        network,
        { waitSeconds: 60 },
        { clock, remainingMs: () => 3_600_000 },
      );
      expect(outcome).toMatchObject({
        ready: false,
        code: 'DNS_TXT_NOT_READY',
        rounds: clock.slept.length + 1,
      });
      expect(clock.slept.reduce((sum, ms) => sum + ms)).toBe(60_000);
      // Each round finds the zone anew.
      const found = network.resolver.log.filter(({ name, type }) => `${name} ${type}` === 'example.com NS');
      expect(found).toHaveLength(outcome.rounds);
      expect(Math.max(...clock.slept)).toBe(15_000);
    }));

  test('gives up if the function has no time left for another round', () =>
    setup.within(setup.internet(), async (network) => {
      const clock = instantClock();
      const end = clock.now() + 12_000;
      const outcome = await setup.prove(
        network,
        { waitSeconds: 300 },
        { clock, remainingMs: () => end - clock.now() },
      );
      expect(outcome).toMatchObject({ ready: false, code: 'DNS_TXT_NOT_READY' });
      expect(clock.slept.reduce((sum, ms) => sum + ms)).toBe(8_000);
    }));

  test('notices that a silent server has come back', () =>
    setup.within(setup.internet(), async (network) => {
      network.servers[setup.NS2]!.misbehave({ drop: true });
      const clock = instantClock((sleeps) => {
        if (sleeps !== 2) return;
        network.servers[setup.NS2]!.behave();
        setup.publish(network, setup.VALUE);
      });
      const outcome = await setup.prove(network, { waitSeconds: 60 }, { clock });
      expect(outcome.ready).toBe(true);
      expect(setup.verdicts(outcome)).toMatchObject({ [setup.NS1]: 'ready', [setup.NS2]: 'ready' });
    }));
});

describe('limits', () => {
  const near = { servers: 2, roundTripMs: 10 };
  const SILENT = { drop: true };

  test('ends in time if no server answers, and reports that', async () => {
    const rules = { '127.0.2.1': SILENT, '127.0.2.2': SILENT };
    const { outcome, ms } = await proveVirtually({ ...near, rules }, {}, { remainingMs: () => 200 });
    expect(ms).toBeLessThanOrEqual(201);
    expect(outcome).toMatchObject({ ready: false, code: 'DNS_LOOKUP_FAILED' });
    expect(proofWords(outcome).message).toContain('had not answered when time was up');
  });

  test('reports that time was up if not even the servers were found', async () => {
    const rules = { [VIRTUAL_RESOLVER]: SILENT };
    const { outcome, ms } = await proveVirtually({ ...near, rules }, {}, { remainingMs: () => 50 });
    expect(ms).toBeLessThanOrEqual(51);
    expect(outcome).toMatchObject({ ready: false, code: 'DNS_LOOKUP_FAILED', servers: [] });
    expect(proofWords(outcome).message).toContain('the servers of example.com could not be found');
    expect(proofWords(outcome).message).toContain('had not answered when time was up');
  });
});

describe('cancelling', () => {
  test('ends at once with the reason, and leaves no socket behind', () =>
    setup.within(setup.internet(), async (network) => {
      for (const address of [setup.NS1, setup.NS2]) network.servers[address]!.misbehave({ drop: true });
      const before = openSockets();
      const controller = new AbortController();
      const listed = { nameservers: [setup.NS1, setup.NS2], resolvers: [], waitSeconds: 60 };
      const exchange = createExchange({ resendsMs: [], tcpMs: 300_000, deadlineMs: 600_000 });
      const proof = setup.prove(network, listed, { signal: controller.signal, exchange });
      const { [setup.NS1]: first, [setup.NS2]: second } = network.servers;
      while (first!.log.length + second!.log.length < 2) await new Promise(setImmediate);
      expect(openSockets()).toBeGreaterThan(before);
      controller.abort(new Error('the function is about to be ended'));
      await expect(proof).rejects.toThrow('the function is about to be ended');
      await new Promise((resolve) => setImmediate(resolve));
      expect(openSockets()).toBeLessThanOrEqual(before);
    }));

  test('ends during a pause', () =>
    setup.within(setup.internet(), async (network) => {
      const controller = new AbortController();
      const clock = instantClock(() => controller.abort(new Error('enough')));
      await expect(
        setup.prove(network, { waitSeconds: 60 }, { clock, signal: controller.signal }),
      ).rejects.toThrow('enough');
    }));

  test('asks no server if it is cancelled beforehand', () =>
    setup.within(setup.internet(), async (network) => {
      await expect(
        setup.prove(network, {}, { signal: AbortSignal.abort(new Error('too late')) }),
      ).rejects.toThrow('too late');
      expect(network.servers[setup.NS1]!.log).toEqual([]);
      expect(network.resolver.log).toEqual([]);
    }));

  test('leaves no socket behind after a proof', () =>
    setup.within(setup.internet(), async (network) => {
      setup.publish(network, setup.VALUE);
      const before = openSockets();
      expect(
        await setup.prove(network, { nameservers: [setup.NS1, setup.NS2], resolvers: [] }),
      ).toMatchObject({ ready: true });
      await new Promise((resolve) => setImmediate(resolve));
      expect(openSockets()).toBeLessThanOrEqual(before);
      // One datagram each: nothing was asked twice.
      expect(network.servers[setup.NS1]!.log).toMatchObject([
        { name: setup.NAME, type: 'TXT', recursionDesired: false, edns: 1232 },
      ]);
    }));
});
