import { startSandbox } from '../../packages/sandbox/aws/sandbox';
import type { SesService } from '../../packages/sandbox/aws/services/ses';
import { startDnsServer } from '../../packages/sandbox/dns/server';
import { cdktfEnvironment } from '../../packages/terraform/engine/cdktf-environment';
import type { Publisher } from './publisher';

const MINUTE_MS = 60_000;

/** Puts the embedded sandbox in the place of an account. Clients find it through the environment, as they find AWS. */
export async function openSandboxAccount(domain: string, region: string) {
  const dns = await startDnsServer({ zones: { [domain]: {} } });
  const sandbox = await startSandbox({ dns: [dns.address], region });
  const cdktf = await cdktfEnvironment({ sandbox });
  Object.assign(process.env, sandbox.environment);
  const publisher: Publisher = {
    async publish(name, value, type = 'TXT') {
      if (type === 'TXT') dns.setTxt(name, value);
      else dns.setRecords(name, type, [value]);
      return `the DNS server on ${dns.address}`;
    },
    async clear() {},
  };
  return {
    sandbox,
    publisher,
    environment: cdktf.environment,
    gate: { nameservers: [dns.address], resolvers: [] },
    later: (minutes: number) => sandbox.clock.advance(minutes * MINUTE_MS),
    now: () => sandbox.clock.now(),
    /** Sets how long SES takes to verify. */
    slowDown: (minutes: number) => sandbox.service<SesService>('ses').pace({ delayMs: minutes * MINUTE_MS }),
    async close() {
      await cdktf.close();
      await sandbox.close();
      await dns.close();
    },
  };
}

export type SandboxAccount = Awaited<ReturnType<typeof openSandboxAccount>>;
