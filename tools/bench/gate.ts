/**
 * How long the gate takes on simulated networks, beside the physical floor: the longest chain of questions of which each
 * needs the answer before it, walked on the same network.
 *
 *   npm run bench -- gate [--only TEXT] [--peer "PROGRAM ARGUMENT"]…
 *
 * It fails if the gate takes more than 1.3 times the floor. A peer is a program `PROGRAM ARGUMENT name value resolver
 * runs` that asks servers at port `PEER_PORT` and prints `{"ms": …, "outcome": …}`, its median. Those of lego and cert-manager
 * are in `tools/bench/gate/peers`: `cd tools/bench/gate/peers && go build -o /tmp/peers .`, then `--peer "/tmp/peers lego"`.
 */
import { execFileSync, fork } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import path from 'node:path';
import { systemClock } from '../../handlers/clock';
import { createExchange } from '../../handlers/dns/exchange';
import { proveRecord } from '../../handlers/dns/gate';
import type { GateOutcome } from '../../handlers/gate-outcome';
import { rsaPublicKeyOf } from '../../handlers/key/public-key';
import { type Bench, median, milliseconds } from './bench';
import { NAME, RESOLVER, SCENARIOS, type Scenario, TOPS } from './gate/scenarios';

const RATIO_MAXIMUM = 1.3;
/** What a question costs on this machine, and one time slice more: less is noise. */
const SLACK_MS = 8;

const KEY = rsaPublicKeyOf(generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey);
const VALUE = `v=DKIM1; k=rsa; p=${KEY.spki}`;

interface Network {
  readonly port: number;
  /** Questions that came in since the last time. */
  count(): Promise<number>;
  close(): void;
}

async function startNetwork(scenario: Scenario): Promise<Network> {
  const child = fork(path.join(__dirname, 'gate', 'network.ts'), { serialization: 'advanced' });
  const ask = async (message: unknown): Promise<number> => {
    child.send(message as object);
    const [answer] = await once(child, 'message');
    return answer as number;
  };
  const port = await ask({ scenario, value: VALUE });
  return { port, count: () => ask('count'), close: () => child.disconnect() };
}

async function timed<T>(work: () => Promise<T>): Promise<{ result: T; ms: number; cpuMs: number }> {
  const [began, cpu] = [performance.now(), process.cpuUsage()];
  const result = await work();
  const { user, system } = process.cpuUsage(cpu);
  return { result, ms: performance.now() - began, cpuMs: (user + system) / 1000 };
}

const prove = (port: number): Promise<GateOutcome> =>
  proveRecord(
    {
      domain: 'example.com',
      selector: 'selector1',
      expected: KEY,
      mode: 'authoritative',
      resolvers: [`${RESOLVER}:${port}`],
      waitSeconds: 0,
    },
    { clock: systemClock, remainingMs: () => 120_000, dnsPort: port, loopback: 'allowed' },
  );

interface Measured {
  readonly gateMs: number;
  readonly cpuMs: number;
  readonly floorMs: number;
  readonly questions: number;
  readonly peers: readonly { readonly ms: number; readonly questions: number; readonly outcome: string }[];
}

/** The floor is walked, not computed: what a question costs on this machine belongs to it. */
async function walk(port: number, { chain, roundTripMs }: Scenario): Promise<void> {
  const exchange = createExchange();
  const top = { address: TOPS[0], port };
  for (let step = 0; step < chain; step += 1) {
    const result = await exchange(top, { name: `step${step}.com`, type: 'NS', recursionDesired: false });
    if (!('reply' in result) && roundTripMs > 0) step -= 1;
  }
}

async function measurePeer(
  peer: string,
  { port, count }: Network,
  { runs }: Scenario,
): Promise<Measured['peers'][number]> {
  const [program, ...own] = peer.split(' ');
  const measured = JSON.parse(
    execFileSync(program!, [...own, `${NAME}.`, VALUE, `${RESOLVER}:${port}`, String(runs)], {
      env: { ...process.env, PEER_PORT: String(port) },
      encoding: 'utf8',
    }),
  );
  return { ...measured, questions: Math.round((await count()) / runs) };
}

async function measureOne(scenario: Scenario, peers: readonly string[]): Promise<Measured> {
  const network = await startNetwork(scenario);
  const { port, count } = network;
  const expected = scenario.published ?? true;
  try {
    // The resolver's memory is filled, and our code compiled.
    for (let warm = 0; warm < (scenario.runs > 1 ? 5 : 1); warm += 1) await prove(port);
    await count();
    const runs: { ms: number; cpuMs: number }[] = [];
    for (let run = 0; run < scenario.runs; run += 1) {
      const { result, ms, cpuMs } = await timed(() => prove(port));
      if (result.ready !== expected) throw new Error(result.message);
      runs.push({ ms, cpuMs });
    }
    const questions = Math.round((await count()) / scenario.runs);
    const floors: number[] = [];
    for (let run = 0; run < Math.min(scenario.runs, 9); run += 1) {
      floors.push((await timed(() => walk(port, scenario))).ms + (scenario.deadlineMs ?? 0));
    }
    await count();
    const byPeers: Measured['peers'][number][] = [];
    for (const peer of peers) byPeers.push(await measurePeer(peer, network, scenario));
    return {
      gateMs: median(runs.map(({ ms }) => ms)),
      cpuMs: median(runs.map(({ cpuMs }) => cpuMs)),
      floorMs: median(floors),
      questions,
      peers: byPeers,
    };
  } finally {
    network.close();
  }
}

const valuesOf = (options: readonly string[], name: string): string[] =>
  options.flatMap((option, at) => (option === name ? (options[at + 1] ?? []) : []));

export const measure: Bench = async (smallest, options) => {
  const [only = ''] = valuesOf(options, '--only');
  const peers = valuesOf(options, '--peer');
  const scenarios = smallest
    ? [{ ...SCENARIOS.find(({ servers }) => servers === 2)!, runs: 1 }]
    : SCENARIOS.filter(({ title }) => title.includes(only));
  const failures: string[] = [];
  const rows: (string | number)[][] = [];
  for (const scenario of scenarios) {
    const { gateMs, cpuMs, floorMs, questions, peers: byPeers } = await measureOne(scenario, peers);
    const ratio = (gateMs / floorMs).toFixed(2);
    if (!smallest && !scenario.lossy && gateMs > RATIO_MAXIMUM * floorMs + SLACK_MS)
      failures.push(`${scenario.title}: ${ratio} times the floor`);
    rows.push([
      scenario.title,
      ...[milliseconds(gateMs), milliseconds(floorMs), ratio, milliseconds(cpuMs), questions],
      ...byPeers.flatMap((peer) => [
        ...[milliseconds(peer.ms), (peer.ms / gateMs).toFixed(1), peer.questions],
        peer.outcome.slice(0, 40),
      ]),
    ]);
  }
  const ofPeers = peers.flatMap((peer) => [peer.split(' ').at(-1)!, 'times', 'its questions', 'it says']);
  return [
    {
      head: ['network', 'gate', 'floor', 'gate / floor', 'processor', 'questions', ...ofPeers],
      rows,
      note:
        'Medians; far is a round trip of 50 ms, near by of 2. The floor is walked: as many questions, one after another, as ' +
        'each need the answer before; with a dead server, and its deadline once. With loss it is that of a network with loss too.',
      failures,
    },
  ];
};
