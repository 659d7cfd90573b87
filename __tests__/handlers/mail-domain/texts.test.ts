import { lookUp } from '../../../handlers/dns/lookup';
import { findTexts } from '../../../handlers/mail-domain/texts';
import * as net from '../dns/support';

/** Asks one given name server alone. */
const ask = (name: string, prepare: (network: Awaited<ReturnType<typeof net.internet>>) => void) => {
  let found: unknown;
  return net
    .within(net.internet(), async (network) => {
      prepare(network);
      const settings = { mode: 'authoritative', nameservers: [net.NS1], resolvers: [] } as const;
      found = await findTexts(lookUp, settings, net.world(network))(name);
    })
    .then(() => found);
};

const ALIAS = '_dmarc.example.com';

it('finds nothing at a name that the given server does not serve', async () => {
  expect(await ask('_dmarc.com', () => {})).toEqual([]);
});

it('does not know the target of an alias into a zone that the given server does not serve', async () => {
  const found = ask(ALIAS, (network) =>
    network.servers[net.NS1]!.setRecords(ALIAS, 'CNAME', ['example-com.vendor.example']),
  );
  await expect(found).rejects.toMatchObject({ facts: { alias: 'example-com.vendor.example' } });
});
