import {
  CreateEmailIdentityCommand,
  GetEmailIdentityCommand,
  PutEmailIdentityDkimSigningAttributesCommand,
  SendEmailCommand,
} from '@aws-sdk/client-sesv2';
import { recordName } from '../../handlers/contract/contract';
import { recordValue } from '../../handlers/keys/format/public-key';
import { type DomainKey, makeKey } from '../demo/keys';
import type { Clients } from './account';
import { removeProbe, sendingDomain } from './probes';
import type { Publisher } from './publisher';
import { CHANGES, type Change, type Finding, type SendingRow } from './recording';

/** The inputs of the probe of sending. */
export interface ProbedSending {
  readonly ses: Clients['ses'];
  readonly domain: string;
  readonly publish: Publisher['publish'];
  later(minutes: number): Promise<void>;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** SES's mailbox simulator accepts mail also from a new account, and does not count it against the daily quota. */
const SIMULATOR = 'success@simulator.amazonses.com';
const EVERY_SECONDS = 5;
const LONGEST_SECONDS = 3600;
/** SES may show the earlier status for some time after a change. */
const SETTLED_ROWS = 24;

/**
 * Verifies a domain, sets the same key again and then another key, and sends a message every five seconds. Each row goes to
 * `keep` at once, so that an interrupted run has it.
 */
export async function probeSending(probed: ProbedSending, keep: (row: SendingRow) => void): Promise<void> {
  const { ses, domain, publish } = probed;
  await removeProbe(ses, domain);
  try {
    const changes = await changesOf({ ses, domain: sendingDomain(domain), publish });
    for (const change of CHANGES) {
      const began = probed.now();
      await changes[change]();
      if (!(await watch(probed, change, began, keep))) return;
    }
  } finally {
    await removeProbe(ses, domain);
  }
}

/** Publishes the records of two keys, and returns the calls that make the changes. */
export async function changesOf({
  ses,
  domain: EmailIdentity,
  publish,
}: Pick<ProbedSending, 'ses' | 'domain' | 'publish'>): Promise<
  Readonly<Record<Change, () => Promise<unknown>>>
> {
  const keys = { s1: makeKey('pkcs1'), s2: makeKey('pkcs1') };
  for (const [selector, { publicKey }] of Object.entries(keys))
    await publish(recordName(EmailIdentity, selector), recordValue({ spki: publicKey }));
  const put = (selector: keyof typeof keys) =>
    ses.send(
      new PutEmailIdentityDkimSigningAttributesCommand({
        EmailIdentity,
        SigningAttributesOrigin: 'EXTERNAL',
        SigningAttributes: attributes(selector, keys[selector]),
      }),
    );
  const DkimSigningAttributes = attributes('s1', keys.s1);
  return {
    'first key': () => ses.send(new CreateEmailIdentityCommand({ EmailIdentity, DkimSigningAttributes })),
    'same key again': () => put('s1'),
    'new key': () => put('s2'),
  };
}

/** Sends until SES has verified the domain and shows that steadily. Returns whether it has. */
async function watch(
  { ses, domain, later, now }: ProbedSending,
  change: Change,
  began: number,
  keep: (row: SendingRow) => void,
): Promise<boolean> {
  let steady = 0;
  for (;;) {
    const at = now();
    const seconds = Math.round((at - began) / 1000);
    const row = {
      at: new Date(at).toISOString(),
      change,
      seconds,
      ...(await look(ses, sendingDomain(domain))),
    };
    keep(row);
    steady = isVerified(row) ? steady + 1 : 0;
    if (steady >= SETTLED_ROWS) return true;
    if (row.dkim === 'FAILED' || seconds >= LONGEST_SECONDS) return false;
    await later(EVERY_SECONDS / 60);
  }
}

type Seen = Pick<SendingRow, 'answer' | 'dkim' | 'verifiedForSending'>;

export const isVerified = ({ dkim, verifiedForSending }: Omit<Seen, 'answer'>): boolean =>
  dkim === 'SUCCESS' && verifiedForSending;

/** Sends a message, and asks what SES says of the domain. */
export async function look(ses: Clients['ses'], EmailIdentity: string): Promise<Seen> {
  const answer = await send(ses, EmailIdentity);
  const { VerifiedForSendingStatus: verifiedForSending = false, DkimAttributes } = await ses.send(
    new GetEmailIdentityCommand({ EmailIdentity }),
  );
  return { answer, dkim: DkimAttributes?.Status ?? 'none', verifiedForSending };
}

/** Returns `sent`, or the code of SES's refusal. */
function send(ses: Clients['ses'], domain: string): Promise<string> {
  const Data = 'byodkim conformance';
  const command = new SendEmailCommand({
    FromEmailAddress: `probe@${domain}`,
    Destination: { ToAddresses: [SIMULATOR] },
    Content: { Simple: { Subject: { Data }, Body: { Text: { Data } } } },
  });
  return ses.send(command).then(
    () => 'sent',
    ({ name }: Error) => name,
  );
}

const attributes = (DomainSigningSelector: string, { privateKey }: DomainKey) => ({
  DomainSigningSelector,
  DomainSigningPrivateKey: privateKey.trim().split('\n').slice(1, -1).join(''),
});

/**
 * Which reading the rows of a change hold: `refused` if SES refused a message, `allowed` if it accepted all messages while
 * it verified, and `unseen` if it verified before a message could be sent.
 */
function readingOf(rows: readonly SendingRow[]): 'refused' | 'allowed' | 'unseen' {
  if (rows.some(({ answer }) => answer === 'MessageRejected')) return 'refused';
  return rows.some(({ dkim, answer }) => dkim !== 'SUCCESS' && answer === 'sent') ? 'allowed' : 'unseen';
}

/** Returns what the rows say about each change of a domain that could send. */
export const sendingFindings = (rows: readonly SendingRow[]): Finding[] =>
  CHANGES.slice(1).map((change) => {
    const of = rows.filter((row) => row.change === change);
    const count = (holds: (row: SendingRow) => boolean): string =>
      `${of.filter(holds).length} of ${of.length}`;
    const unverified = of.filter((row) => !isVerified(row));
    return {
      question: `May a domain send while SES verifies the ${change}?`,
      answer:
        of.length === 0
          ? 'not asked, since SES had not verified the domain before'
          : [
              `${readingOf(of)}: ${count(({ answer }) => answer === 'sent')} messages were accepted`,
              `VerifiedForSendingStatus was false ${count((row) => !row.verifiedForSending)} times`,
              `DKIM was not SUCCESS ${count(({ dkim }) => dkim !== 'SUCCESS')} times`,
              unverified.length > 0 ? `unverified until ${unverified.at(-1)!.seconds} s` : 'never unverified',
            ].join('; '),
    };
  });
