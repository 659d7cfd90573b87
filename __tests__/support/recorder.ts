import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { type DnsServer, startDnsServer } from '../../packages/sandbox/dns/server';

const CALLER = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
<Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`;

/** Stands where AWS, DNS and the engine would be, and records who is asked. It refuses all but the name of the account. */
export class Recorder {
  private constructor(
    private readonly folder: string,
    private readonly server: Server,
    private readonly dns: DnsServer,
  ) {}

  /** @param folder of its own, in which the engine is made */
  static async open(folder: string): Promise<Recorder> {
    const dns = await startDnsServer({ zones: {} });
    const server = createServer((request, response) => {
      const [, service = 'nobody'] =
        /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(request.headers.authorization ?? '') ?? [];
      appendFileSync(recorder.file, `${service}\n`);
      request.resume().on('end', () => {
        if (service === 'sts') response.end(CALLER);
        else response.writeHead(403, { 'x-amzn-errortype': 'AccessDeniedException' }).end();
      });
    });
    const recorder = new Recorder(folder, server, dns);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const engine = `#!/bin/sh
case "$1" in version) echo '{"terraform_version":"1.11.4"}' ;; *) echo "engine $1" >>'${recorder.file}'; exit 1 ;; esac
`;
    writeFileSync(path.join(folder, 'terraform'), engine, { mode: 0o755 });
    return recorder;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
    await this.dns.close();
  }

  private get file(): string {
    return path.join(this.folder, 'asked.txt');
  }

  /** A list whose gate asks this name server. */
  get list(): string {
    return `control: { keyStore: { bucket: { existing: acme-keys } } }
defaults: { region: ap-northeast-1, selector: s1, gate: { nameservers: ['${this.dns.address}'], resolvers: [] } }
domains: { example.com: }
`;
  }

  /** The environment of a command that is to meet nobody else. */
  get environment(): Record<string, string> {
    return {
      PATH: `${this.folder}:${process.env.PATH}`,
      HOME: this.folder,
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`,
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_REGION: 'ap-northeast-1',
      AWS_MAX_ATTEMPTS: '1',
    };
  }

  /** Who has been asked since the last call. */
  takeAsked(): Set<string> {
    const asked = existsSync(this.file) ? readFileSync(this.file, 'utf8').trim().split('\n') : [];
    rmSync(this.file, { force: true });
    const dns = this.dns.log.length > this.seen ? ['dns'] : [];
    this.seen = this.dns.log.length;
    return new Set([...asked, ...dns]);
  }

  private seen = 0;
}
