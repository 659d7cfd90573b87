/**
 * The servers of a scenario, in a process of their own: what they cost is not the gate's. The parent sends the scenario
 * and the record's value, and gets the port; then anything, and gets how many questions came in since.
 */
import { type DnsNetwork, startDnsNetwork } from '../../../__tests__/support/dns/network';
import { RESOLVER, type Scenario, TOPS, zonesOf } from './scenarios';

let network: DnsNetwork | undefined;
let counted = 0;

const serversAndResolvers = (started: DnsNetwork) => [
  ...Object.entries(started.servers),
  ...Object.entries(started.resolvers),
];

async function start(scenario: Scenario, value: string): Promise<number> {
  network = await startDnsNetwork({
    servers: Object.fromEntries(
      Object.entries(zonesOf(scenario, value)).map(([address, zones]) => [
        address,
        { zones, namesServers: scenario.namesServers },
      ]),
    ),
    resolvers: { [RESOLVER]: { roots: [TOPS[0]] } },
  });
  // The rule that applies first decides, so what is special comes before the delay that all have.
  for (const [address, { misbehave }] of serversAndResolvers(network)) {
    const { [address]: own, all } = scenario.rules ?? {};
    for (const rule of [own, address === RESOLVER ? undefined : all]) if (rule) misbehave(rule);
    misbehave({ delayMs: scenario.roundTripMs });
  }
  return network.port;
}

process.on('message', async (asked: { readonly scenario: Scenario; readonly value: string } | 'count') => {
  if (asked !== 'count') return process.send!(await start(asked.scenario, asked.value));
  const all = serversAndResolvers(network!).reduce((sum, [, { log }]) => sum + log.length, 0);
  process.send!(all - counted);
  counted = all;
});
process.on('disconnect', () => process.exit());
