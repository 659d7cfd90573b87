import type { Sandbox } from '../../packages/sandbox/aws/sandbox';
import type { SesService } from '../../packages/sandbox/aws/services/ses';
import type { DnsServer } from '../../packages/sandbox/dns/server';
import type { SentMessage } from '../../packages/sandbox/mail/mailbox';
import { receive } from '../../packages/sandbox/mail/receive';

/** The place where mail is sent and verified: a deployment, or its parts. */
interface Stage {
  readonly sandbox: Sandbox;
  readonly dns: DnsServer;
}

/** A message of a domain, as `SendEmail` takes it. */
export const mailOf = (domain: string) => ({
  FromEmailAddress: `news@${domain}`,
  Destination: { ToAddresses: ['reader@example.net'] },
  Content: { Simple: { Subject: { Data: 'News' }, Body: { Text: { Data: 'Of this month.' } } } },
});

/** Sends a message as a domain. @returns it as it has left SES */
export async function send({ sandbox }: Stage, domain: string, region?: string): Promise<SentMessage> {
  await sandbox.call('ses', 'SendEmail', mailOf(domain), { region });
  return sandbox.service<SesService>('ses').mailbox.messages.at(-1)!;
}

/** Returns each signature of a message, such as `s1 pass`, as a verifier that is not ours finds it now. */
export async function signers({ dns }: Stage, { raw }: SentMessage): Promise<string> {
  const signatures = await receive(raw, [dns.address]);
  return signatures.map(({ selector, result }) => `${selector} ${result}`).join();
}
