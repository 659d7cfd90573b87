/**
 * Measures how long the gate takes on simulated networks (`npm run bench -- gate TEXT` selects those whose titles
 * contain TEXT), in comparison with the physical floor: the longest chain of questions in which each needs the answer
 * to the one before, walked on the same network.
 */
import { fork } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { startDnsNetwork } from '../../__tests__/support/dns/network';
import {
  RESOLVER,
  SCENARIOS,
  type Scenario,
  SILENT_RESOLVER,
  TOPS,
  zonesOf,
} from '../../__tests__/support/dns/scenarios';
import { systemClock } from '../../handlers/clock';
import { createExchange } from '../../handlers/dns/exchange';
import { proveRecord } from '../../handlers/dns/gate';
import { publicKeyOf } from '../../handlers/keys/format/public-key';
import { type Bench, median } from './main';

/** The cost of a question on this machine, plus one time slice. Smaller differences are noise. */
const SLACK_MS = 8;

const KEY = publicKeyOf(generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey);

async function startNetwork(scenario: Scenario) {
  const child = fork(__filename, { serialization: 'advanced' });
  const ask = async (message: unknown): Promise<number> => {
    child.send(message as object);
    return (await once(child, 'message'))[0];
  };
  const port = await ask({ scenario, value: `v=DKIM1; k=rsa; p=${KEY.spki}` });
  return { port, count: () => ask('count'), close: () => child.disconnect() };
}

async function prove(port: number, { published = true, resolvers = [RESOLVER] }: Scenario): Promise<void> {
  const outcome = await proveRecord(
    {
      ...{ domain: 'example.com', selector: 'selector1', expected: KEY, mode: 'authoritative' },
      ...{ resolvers: resolvers.map((address) => `${address}:${port}`), waitSeconds: 0 },
    },
    { clock: systemClock, remainingMs: () => 120_000, dnsPort: port, loopback: 'allowed' },
  );
  if (outcome.ready !== published) throw new Error(JSON.stringify(outcome));
}

/** Walks the floor, which includes the cost of the questions on this machine. */
async function walk(port: number, { chain, roundTripMs }: Scenario): Promise<void> {
  const exchange = createExchange();
  const top = { address: TOPS[0], port };
  for (let step = 0; step < chain; step += 1) {
    const result = await exchange(top, { name: `step${step}.com`, type: 'NS', recursionDesired: false });
    if (!('reply' in result) && roundTripMs > 0) step -= 1;
  }
}

/** Returns why a network takes too long. `times` holds those of the networks so far, by their titles. */
function tooLong(scenario: Scenario, floor: number, times: ReadonlyMap<string, number>): string | undefined {
  const { title, lossy = false, atMost = { times: 1.4 } } = scenario;
  const gate = times.get(title)!;
  if (lossy) return undefined;
  if ('ms' in atMost) return gate > atMost.ms ? `${title}: ${gate} ms, at most ${atMost.ms}` : undefined;
  const other = atMost.of === undefined ? floor : times.get(atMost.of);
  if (other === undefined || gate <= atMost.times * other + SLACK_MS) return undefined;
  return `${title}: ${(gate / other).toFixed(2)} times ${atMost.of ?? 'the floor'}, at most ${atMost.times}`;
}

/** Returns the median time in milliseconds. */
async function timed(runs: number, work: () => Promise<void>): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const began = performance.now();
    await work();
    times.push(performance.now() - began);
  }
  return median(times);
}

export const measure: Bench = async (smallest, [only = '']) => {
  const scenarios = smallest
    ? [{ ...SCENARIOS.find(({ servers }) => servers === 2)!, runs: 1 }]
    : SCENARIOS.filter(({ title }) => title.includes(only));
  const failures: string[] = [];
  const rows: Record<string, string | number>[] = [];
  const times = new Map<string, number>();
  for (const scenario of scenarios) {
    const { title, runs, deadlineMs = 0, atMost } = scenario;
    const { port, count, close } = await startNetwork(scenario);
    try {
      // Fills the resolver's cache, and compiles our code.
      await timed(runs > 1 ? 5 : 1, () => prove(port, scenario));
      const before = await count();
      const gate = Math.round(await timed(runs, () => prove(port, scenario)));
      const questions = Math.round(((await count()) - before) / runs);
      const floor = Math.round((await timed(Math.min(runs, 9), () => walk(port, scenario))) + deadlineMs);
      times.set(title, gate);
      const other = atMost && 'times' in atMost && atMost.of !== undefined ? times.get(atMost.of) : undefined;
      rows.push({
        ...{
          network: title,
          'gate, ms': gate,
          'floor, ms': floor,
          times: (gate / floor).toFixed(2),
          questions,
        },
        'beside the sound one': other === undefined ? '' : (gate / other).toFixed(2),
      });
      const failure = smallest ? undefined : tooLong(scenario, floor, times);
      if (failure) failures.push(failure);
    } finally {
      close();
    }
  }
  const note =
    'Medians; far is a round trip of 50 ms, near by of 2. The floor has what is waited for by design: a dead server’s deadline, ' +
    'half a second for a silent resolver. With loss it has loss too.';
  return { rows, note, failures };
};

/** The servers of a scenario, in a process of their own, so that their cost is not the gate's. */
async function serve(): Promise<void> {
  const [{ scenario, value }] = (await once(process, 'message')) as [{ scenario: Scenario; value: string }];
  const zones = { ...zonesOf(scenario, value), [SILENT_RESOLVER]: {} };
  const servers = Object.entries(zones).map(([address, zones]) => [
    address,
    { zones, namesServers: scenario.namesServers },
  ]);
  const network = await startDnsNetwork(Object.fromEntries(servers), RESOLVER);
  const all = [...Object.entries(network.servers), [RESOLVER, network.resolver] as const];
  network.servers[SILENT_RESOLVER]!.misbehave({ drop: true });
  // The first rule that applies decides, so the special ones come before the delay that all servers share.
  for (const [address, { misbehave }] of all) {
    const { [address]: own, all: ofAll } = scenario.rules ?? {};
    for (const rule of [own, address === RESOLVER ? undefined : ofAll]) if (rule) misbehave(rule);
    misbehave({ delayMs: scenario.roundTripMs });
  }
  // Each further message asks for the number of questions so far.
  process.on('message', () => process.send!(all.reduce((sum, [, { log }]) => sum + log.length, 0)));
  process.on('disconnect', () => process.exit());
  process.send!(network.port);
}

if (require.main === module) void serve();
