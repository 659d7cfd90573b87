import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { generate } from 'selfsigned';
import { createExchange } from '../../../handlers/dns/exchange';
import { describeProblem } from '../../../handlers/gate-outcome';
import type { DnsNetwork } from '../../support/dns/network';
import * as setup from './support';

/** A resolver over HTTPS (RFC 8484): what it is sent it asks of a resolver over TCP, or answers otherwise. */
class DohServer {
  readonly paths: string[] = [];
  answer: ((body: Buffer) => Promise<{ status?: number; body: Buffer } | undefined>) | undefined;
  private constructor(
    private readonly server: Server,
    readonly ca: string,
  ) {}

  static async start(): Promise<DohServer> {
    const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], {
      extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
    } as never);
    const server = createServer({ key, cert });
    const doh = new DohServer(server, cert);
    server.on('request', (request, response) => {
      doh.paths.push(`${request.method} ${request.url} ${request.headers['content-type']}`);
      const chunks: Buffer[] = [];
      request.on('data', (chunk) => chunks.push(chunk));
      request.on('end', async () => {
        const answer = await doh.answer?.(Buffer.concat(chunks));
        if (!answer) return;
        response.writeHead(answer.status ?? 200, { 'content-type': 'application/dns-message' });
        response.end(answer.body);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return doh;
  }

  get url(): string {
    return `https://127.0.0.1:${(this.server.address() as AddressInfo).port}/dns-query`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

/** Passes a message on to a resolver, over UDP. */
async function ask(network: DnsNetwork, body: Buffer): Promise<Buffer> {
  const { createSocket } = await import('node:dgram');
  const socket = createSocket('udp4');
  const [address, port] = network.resolvers[setup.RESOLVER]!.address.split(':') as [string, string];
  return new Promise((resolve) => {
    socket.on('message', (bytes) => {
      socket.close();
      resolve(bytes);
    });
    socket.send(body, Number(port), address);
  });
}

let doh: DohServer;
beforeAll(async () => {
  doh = await DohServer.start();
});
afterAll(() => doh.close());

const QUESTION = { name: setup.NAME, type: 'TXT', recursionDesired: true } as const;
/** Servers may take their time: the machine may be busy. */
const exchange = (deadlineMs = 60_000) =>
  createExchange({ timing: { resendsMs: [], tcpMs: 500, deadlineMs }, ca: doh.ca });

test('a resolver over HTTPS is as good as one on port 53', () =>
  setup.within(setup.internet(), async (network) => {
    setup.publish(network, setup.VALUE);
    doh.answer = async (body) => ({ body: await ask(network, body) });
    for (const mode of ['authoritative', 'recursive'] as const) {
      const outcome = await setup.prove(network, { mode, resolvers: [doh.url] }, { exchange: exchange() });
      expect(outcome).toMatchObject({
        ready: true,
        servers: expect.arrayContaining([expect.objectContaining({ address: doh.url, verdict: 'ready' })]),
      });
    }
    expect(new Set(doh.paths)).toEqual(new Set(['POST /dns-query application/dns-message']));
  }));

test.each<[string, () => Promise<{ status?: number; body: Buffer } | undefined>, string]>([
  ['a status', async () => ({ status: 503, body: Buffer.from('busy') }), 'answers HTTP status 503'],
  ['a redirection', async () => ({ status: 302, body: Buffer.alloc(0) }), 'answers HTTP status 302'],
  ['a page', async () => ({ body: Buffer.from('<html>Sign in to this network</html>') }), 'sends garbage'],
  ['too much', async () => ({ body: Buffer.alloc(70_000) }), 'sends a longer message than DNS has'],
  ['silence', async () => undefined, 'does not answer'],
])('fails when it answers with %s', async (_, answer, words) => {
  doh.answer = answer;
  const result = await exchange(words === 'does not answer' ? 300 : undefined)({ url: doh.url }, QUESTION);
  expect('problem' in result && describeProblem(result.problem)).toContain(words);
});

test('fails when its certificate cannot be trusted', async () => {
  const result = await createExchange()({ url: doh.url }, QUESTION);
  expect('problem' in result && describeProblem(result.problem)).toMatch(
    /cannot be asked \(.*(CERT|SELF_SIGNED).*\)/,
  );
});

test('ends with the reason of the signal', async () => {
  const controller = new AbortController();
  doh.answer = async () => {
    controller.abort(new Error('enough'));
    return undefined;
  };
  const asked = exchange()({ url: doh.url }, QUESTION, controller.signal);
  await expect(asked).rejects.toThrow('enough');
});
