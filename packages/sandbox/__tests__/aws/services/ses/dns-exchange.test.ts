import v8 from 'node:v8';
import vm from 'node:vm';
import { askServer } from '../../../../aws/services/ses/dns-exchange';
import { type DnsServer, startDnsServer } from '../../../../dns/server';

v8.setFlagsFromString('--expose-gc');
const collectGarbage = vm.runInNewContext('gc') as () => void;

let server: DnsServer;
beforeEach(async () => {
  server = await startDnsServer({ zones: { 'example.com': {} } });
  server.misbehave({ drop: true });
});
afterEach(() => server.close());

it('ends a look-up that nobody answers, whatever becomes of garbage meanwhile', async () => {
  const asked = askServer(server.address, 'example.com', 'TXT', new AbortController().signal);
  const ended = asked.then(
    () => 'answered',
    () => 'given up',
  );
  while (server.log.length === 0) await new Promise(setImmediate);
  const collecting = setInterval(collectGarbage, 100);
  try {
    expect(await ended).toBe('given up');
  } finally {
    clearInterval(collecting);
  }
}, 20_000);
