import v8 from 'node:v8';
import vm from 'node:vm';
import { ask } from '../../dns/ask';
import { endpointOf } from '../../dns/endpoint';
import { type DnsServer, startDnsServer } from '../../dns/server';

v8.setFlagsFromString('--expose-gc');
const collectGarbage = vm.runInNewContext('gc') as () => void;

let server: DnsServer;
beforeEach(async () => {
  server = await startDnsServer({ zones: { 'example.com': {} } });
  server.misbehave({ drop: true });
});
afterEach(() => server.close());

it('ends a look-up that nobody answers, even if its timer is garbage-collected', async () => {
  const { signal } = new AbortController();
  const ended = ask(endpointOf(server.address), 'example.com', 'TXT', { deadlineMs: 300, signal });
  while (server.log.length === 0) await new Promise(setImmediate);
  const collecting = setInterval(collectGarbage, 100);
  try {
    expect(await ended).toBeUndefined();
  } finally {
    clearInterval(collecting);
  }
}, 20_000);

it('ends at once when it is aborted', async () => {
  const ending = new AbortController();
  const ended = ask(endpointOf(server.address), 'example.com', 'TXT', {
    deadlineMs: 600_000,
    signal: ending.signal,
  });
  while (server.log.length === 0) await new Promise(setImmediate);
  ending.abort();
  expect(await ended).toBeUndefined();
});
