import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Engine } from '../../engine/find-engine';
import { type Sandbox, startSandbox } from '../aws/sandbox';
import { startDnsServer } from '../dns/server';
import { cdktfEnvironment } from '../engine/cdktf-environment';
import { practiceRoutes, sesPace } from './routes';
import { asShell } from './surroundings';
import { serveHostedZones } from './zones';

export interface PracticeOptions {
  /** Zones that the DNS server has from the start, empty. */
  readonly zones: readonly string[];
  /** @default ap-northeast-1 */
  readonly region?: string;
  /** @default the one on this machine */
  readonly engine?: Engine;
  /** The file of the real provider. @default the stand-in */
  readonly provider?: string;
  /** How long SES takes, by the sandbox's clock. @default 0: it answers at once */
  readonly sesDelayMs?: number;
  /** Where the file to source is written. @default in a folder of its own, which goes with the sandbox */
  readonly environmentFile?: string;
}

export type Practice = Awaited<ReturnType<typeof startPractice>>;

/**
 * A sandbox to practise in: up, with a DNS server whose records it looks up, and a file to source.
 * @throws NoProviderError where the real provider was asked for and cannot be had
 */
export async function startPractice(options: PracticeOptions) {
  const closers: (() => unknown)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const dns = await startDnsServer({ zones: Object.fromEntries(options.zones.map((zone) => [zone, {}])) });
    closers.push(() => dns.close());
    const sesVerification = sesPace(options.sesDelayMs ?? 0);
    const { region, engine, provider } = options;
    const sandbox: Sandbox = await startSandbox({
      dns: [dns.address],
      region,
      sesVerification,
      control: practiceRoutes({ dns, sesVerification, sandbox: () => sandbox }),
    });
    closers.push(() => sandbox.close());
    serveHostedZones(sandbox, dns);
    const cdktf = await cdktfEnvironment({ sandbox, engine, provider });
    closers.push(() => cdktf.close());
    const folder = ownFolder(closers);
    const environment = {
      ...cdktf.environment,
      // Not where a deploy to AWS would find the stand-in's lock file, and its provider.
      CDKTF_OUTDIR: path.join(folder, 'cdktf.out'),
      SANDBOX_URL: sandbox.controlUrl,
      SANDBOX_DNS: dns.address,
    };
    const environmentFile = options.environmentFile ?? path.join(folder, 'environment');
    writeFileSync(environmentFile, asShell(environment), { mode: 0o600 });
    closers.push(() => rmSync(environmentFile, { force: true }));
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
