import { proveMailFrom } from '../../handlers/mail-domain/mail-from';
import { findTexts, TextsUnread } from '../../handlers/mail-domain/texts';
import {
  type FindMailFrom,
  findUnsignedMail,
  type UnsignedMail,
} from '../../handlers/mail-domain/unsigned-mail';
import type { MailFromOutcome } from '../../handlers/words/gate';
import type { ListedDomain } from '../../list/domain-list';
import type { FoundState } from '../words/dns';
import type { CliWorld } from '../world/world';
import { askingGateOf, cliGateWorld } from './prove';

/** A domain with its gate and its MAIL FROM domain in the list. */
interface MailDomain extends Pick<ListedDomain, 'domain' | 'gate' | 'mailFrom'> {
  readonly region?: string | undefined;
  readonly waitSeconds?: number;
}

/** Proves the MAIL FROM domain as the function does; undefined if the list names none. */
export async function proveMailFromOf(
  world: CliWorld,
  { domain, region, mailFrom, gate, waitSeconds }: MailDomain,
): Promise<MailFromOutcome | undefined> {
  if (mailFrom?.subdomain === undefined || region === undefined) return undefined;
  const request = { ...askingGateOf(gate), domain, region, mailFrom, waitSeconds };
  return proveMailFrom(world.lookUp, request, cliGateWorld(world));
}

/** Finds the receivers' treatment of unsigned mail, from the DNS answers here. */
export const unsignedMailOf = (
  world: CliWorld,
  { domain, gate }: MailDomain,
  findMailFrom: FindMailFrom,
): Promise<UnsignedMail> =>
  findUnsignedMail(domain, findMailFrom, findTexts(world.lookUp, askingGateOf(gate), cliGateWorld(world)));

/** A record as a receiver of mail sees it. */
export interface ReceiverRow {
  readonly what: string;
  readonly name: string;
  /** `shown` if it is not judged. */
  readonly verdict: 'ok' | 'wrong' | 'none' | 'unknown' | 'shown';
  readonly found: FoundState;
}

/** Records that are shown, and not judged: kind, name, and beginning. */
const SHOWN = [
  ['MTA-STS', '_mta-sts', 'v=STSv1'],
  ['TLS-RPT', '_smtp._tls', 'v=TLSRPTv1'],
  ['BIMI', 'default._bimi', 'v=BIMI1'],
] as const;

/** Reads all records by which receivers judge a domain's mail, except the DKIM key. */
export async function receiverRows(
  world: CliWorld,
  { domain, gate }: MailDomain,
  mailFrom: MailFromOutcome | undefined,
  unsigned: UnsignedMail,
): Promise<ReceiverRow[]> {
  const find = findTexts(world.lookUp, askingGateOf(gate), cliGateWorld(world));
  const show = async (what: string, name: string, begins: string): Promise<ReceiverRow> => {
    try {
      const all = await find(name);
      const texts = all.filter((text) => text.toLowerCase().startsWith(begins.toLowerCase()));
      const found = { code: 'TEXTS', facts: { texts } } as const;
      return { what, name, verdict: texts.length > 0 ? 'shown' : 'none', found };
    } catch (error) {
      const problem = error instanceof TextsUnread ? error.facts : (error as Error).message;
      return { what, name, verdict: 'unknown', found: { code: 'UNREAD', facts: { problem } } };
    }
  };
  const spfName = mailFrom?.mailFromDomain ?? domain;
  const spf = await show('SPF', spfName, 'v=spf1');
  const { policy } = unsigned;
  const dmarc = await show('DMARC', `_dmarc.${policy?.recordDomain ?? domain}`, 'v=DMARC1');
  return [
    {
      what: 'MAIL FROM',
      name: mailFrom?.mailFromDomain ?? '-',
      verdict: verdictOf(mailFrom),
      found: { code: 'MAIL_FROM', facts: { mailFrom } },
    },
    mailFrom?.ready ? { ...spf, verdict: 'ok' } : spf,
    { ...dmarc, verdict: verdictOfPolicy(unsigned) },
    ...(await Promise.all(SHOWN.map(([what, prefix, begins]) => show(what, `${prefix}.${domain}`, begins)))),
  ];
}

/** The DMARC policy may be unknown or missing. */
function verdictOfPolicy({ policy }: UnsignedMail): ReceiverRow['verdict'] {
  if (policy === undefined) return 'unknown';
  return policy === null ? 'none' : 'ok';
}

function verdictOf(mailFrom: MailFromOutcome | undefined): ReceiverRow['verdict'] {
  if (mailFrom === undefined) return 'none';
  if (mailFrom.ready) return 'ok';
  return mailFrom.code === 'DNS_LOOKUP_FAILED' ? 'unknown' : 'wrong';
}
