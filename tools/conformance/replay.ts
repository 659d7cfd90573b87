import { SESv2Client } from '@aws-sdk/client-sesv2';
import { type Sandbox, startSandbox } from '../../packages/sandbox/aws/sandbox';
import type { SesService } from '../../packages/sandbox/aws/services/ses';
import type { SendingMeanwhile } from '../../packages/sandbox/contract/sending';
import { type DnsServer, startDnsServer } from '../../packages/sandbox/dns/server';
import { CHANGES, type SendingRow } from './recording';
import { changesOf, isVerified, look } from './sending';

const DOMAIN = 'example.com';
/** Longer than any recorded change. */
const NOT_YET_MS = 86_400_000;

/** A moment at which the sandbox does not answer as the recording does. */
export interface Difference extends Pick<SendingRow, 'change' | 'seconds'> {
  readonly what: 'answer' | 'dkim' | 'verifiedForSending';
  readonly recorded: string | boolean;
  readonly sandbox: string | boolean;
}

/** Plays recorded changes on a sandbox that verifies when SES did, and returns where it answers differently. */
export async function replaySending(
  rows: readonly SendingRow[],
  sendingMeanwhile: SendingMeanwhile,
): Promise<Difference[]> {
  const dns = await startDnsServer({ zones: { [DOMAIN]: {} } });
  const sandbox = await startSandbox({
    dns: [dns.address],
    sesRequestsPerSecond: Number.POSITIVE_INFINITY,
    sesVerification: { sendingMeanwhile },
  });
  try {
    return await compare(rows, sandbox, dns);
  } finally {
    await sandbox.close();
    await dns.close();
  }
}

async function compare(rows: readonly SendingRow[], sandbox: Sandbox, dns: DnsServer): Promise<Difference[]> {
  const found: Difference[] = [];
  const ses = new SESv2Client({
    region: sandbox.region,
    endpoint: sandbox.url,
    credentials: sandbox.credentials.admin,
  });
  const publish = async (name: string, value: string): Promise<string> => {
    dns.setTxt(name, value);
    return dns.address;
  };
  const changes = await changesOf({ ses, domain: DOMAIN, publish });
  const { pace } = sandbox.service<SesService>('ses');
  for (const change of CHANGES) {
    const of = rows.filter((row) => row.change === change);
    if (of.length === 0) break;
    const verified = of.findLastIndex((row) => !isVerified(row)) + 1;
    pace({ delayMs: NOT_YET_MS });
    await changes[change]();
    for (const [index, row] of of.entries()) {
      if (index === verified) {
        pace({ delayMs: 0 });
        await sandbox.clock.advance(0);
      }
      const { seconds } = row;
      const seen = await look(ses, DOMAIN);
      for (const what of ['answer', 'dkim', 'verifiedForSending'] as const)
        if (seen[what] !== row[what])
          found.push({ change, seconds, what, recorded: row[what], sandbox: seen[what] });
    }
  }
  ses.destroy();
  return found;
}
