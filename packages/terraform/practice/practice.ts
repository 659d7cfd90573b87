import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Engine } from '../../engine/find-engine';
import { type Sandbox, startSandbox } from '../../sandbox/aws/sandbox';
import type { Route53Service, ZoneContents } from '../../sandbox/aws/services/route53';
import { type DnsServer, startDnsServer } from '../../sandbox/dns/server';
import { canonical, type Zones } from '../../sandbox/dns/zone';
import { type CdktfEnvironment, cdktfEnvironment } from '../engine/cdktf-environment';
import { practiceRoutes, sesPace } from './routes';
import { asShell } from './surroundings';

export interface PracticeOptions {
  /** Empty zones that the DNS server has from the start. */
  readonly zones: readonly string[];
  /** @default ap-northeast-1 */
  readonly region?: string;
  /** @default the one on this machine */
  readonly engine?: Engine;
  /** The file of the real provider. @default the stand-in */
  readonly provider?: string;
  /**
   * How long SES takes to verify, by the sandbox's clock.
   * @default 0: it answers at once
   */
  readonly sesDelayMs?: number;
}

export interface Practice {
  readonly sandbox: Sandbox;
  readonly dns: DnsServer;
  readonly cdktf: CdktfEnvironment;
  /** Variables with which a terminal uses the sandbox. */
  readonly environment: Readonly<Record<string, string>>;
  /** Path of a file with these variables to source, which contains a secret. */
  readonly environmentFile: string;
  close(): Promise<void>;
}

/**
 * Starts a sandbox for practice, with a DNS server in which it looks up records, and a file to source.
 * @throws NoProviderError if the real provider was requested and is not available
 */
export async function startPractice(options: PracticeOptions): Promise<Practice> {
  const closers: (() => unknown)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const dns = await startDnsServer({ zones: Object.fromEntries(options.zones.map((zone) => [zone, {}])) });
    closers.push(() => dns.close());
    const { region, engine, provider } = options;
    const sandbox: Sandbox = await startSandbox({
      dns: [dns.address],
      region,
      sesVerification: sesPace(options.sesDelayMs ?? 0),
      control: practiceRoutes({ dns, sandbox: () => sandbox }),
    });
    closers.push(() => sandbox.close());
    serveHostedZones(sandbox, dns);
    const cdktf = await cdktfEnvironment({ sandbox, engine, provider });
    closers.push(() => cdktf.close());
    const folder = ownFolder(closers);
    const environment = {
      ...cdktf.environment,
      // Keeps engine data apart, since a deploy to AWS would otherwise find the stand-in and its lock file.
      CDKTF_OUTDIR: path.join(folder, 'cdktf.out'),
      SANDBOX_URL: sandbox.controlUrl,
      SANDBOX_DNS: dns.address,
    };
    const environmentFile = path.join(folder, 'environment');
    writeFileSync(environmentFile, asShell(environment), { mode: 0o600 });
    return { sandbox, dns, cdktf, environment, environmentFile, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function ownFolder(closers: (() => unknown)[]): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'byodkim-sandbox-'));
  closers.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Makes the DNS server serve the hosted zones of Route 53, now and after every change. */
export function serveHostedZones(sandbox: Sandbox, dns: DnsServer): void {
  const route53 = sandbox.service<Route53Service>('route53');
  const serve = ({ name, records }: ZoneContents) => dns.setZone(name, zoneData(records));
  for (const zone of route53.zones()) serve(zone);
  route53.onChange(serve);
}

/**
 * Only TXT, MX and CNAME records, which prove keys and MAIL FROM domains. The server makes SOA and NS records itself.
 */
function zoneData(records: ZoneContents['records']): Zones[string] {
  return Object.fromEntries(
    records
      .filter(({ type }) => ['TXT', 'MX', 'CNAME'].includes(type))
      .map(({ name, type, values }) => [
        `${canonical(name)} ${type}`,
        type === 'TXT' ? values.map((value) => ({ strings: stringsOf(value) })) : values,
      ]),
  );
}

/** Splits a record in Route 53's notation: `"one" "two"` has two strings. */
const stringsOf = (value: string): string[] =>
  [...value.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, text]) => text!.replace(/\\(.)/g, '$1'));
