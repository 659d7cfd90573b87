import { evaluateDmarc } from 'mailauth/lib/dmarc/index.js';
import { spf as checkSpf } from 'mailauth/lib/spf/index.js';
import { findUnsignedMail, type UnsignedMail } from '../../../handlers/mail-domain/unsigned-mail';
import { describeUnsigned } from '../../../handlers/words/unsigned-mail';
import { textsIn } from './texts-in';

/**
 * What receivers do with mail that SES signs as `amazonses.com` alone, by what they publish for whoever sends them 5,000 a day
 * (read in 2026): Google's "Email sender guidelines", FAQ and "SMTP errors and codes" (5.7.26 the domain's policy; 5.7.32 From
 * aligned with neither SPF nor DKIM by organizational domain; 5.7.40 no DMARC policy), Yahoo's "Sender best practices" (a valid
 * DMARC policy with at least p=none, and DMARC must pass), Microsoft's page on 550 5.7.515 (a DMARC record, SPF and DKIM pass,
 * and DMARC passes). Whether DMARC passes is judged by mailauth.
 */
type Outcome = UnsignedMail['outcome'];
/** The texts at `_dmarc`, what becomes of mail without SPF of an aligned MAIL FROM domain, and with it. */
type Row = readonly [dmarc: readonly string[], without: Outcome, aligned: Outcome];
const POLICIES: readonly Row[] = [
  [['v=DMARC1; p=none'], 'bulk-refused', 'passes'],
  [['v=DMARC1; p=none; rua=mailto:a@example.com'], 'bulk-refused', 'passes'],
  [['v=DMARC1; p=none; aspf=s'], 'bulk-refused', 'bulk-refused'],
  [['v=DMARC1; p=none; adkim=s; aspf=r'], 'bulk-refused', 'passes'],
  [['v=DMARC1; p=quarantine'], 'quarantined', 'passes'],
  [['v=DMARC1; p=quarantine; aspf=s'], 'quarantined', 'quarantined'],
  [['v=DMARC1; p=quarantine; t=y'], 'bulk-refused', 'passes'],
  [['v=DMARC1; p=reject'], 'rejected', 'passes'],
  [['v=DMARC1; p=reject; aspf=s'], 'rejected', 'rejected'],
  [['v=DMARC1; p=reject; t=y'], 'quarantined', 'passes'],
  [['v=DMARC1; p=reject; sp=none; np=none'], 'rejected', 'passes'],
  [[], 'bulk-refused', 'bulk-refused'],
  [['v=DMARC1; p=block'], 'bulk-refused', 'bulk-refused'],
  [['v=DMARC1; p=reject; np=x'], 'bulk-refused', 'bulk-refused'],
  [['v=DMARC1; p=reject; np=x; rua=mailto:a@example.com'], 'bulk-refused', 'bulk-refused'],
  [['v=DMARC1; p=reject', 'v=DMARC1; p=none'], 'bulk-refused', 'bulk-refused'],
];

const SPF = 'v=spf1 include:amazonses.com ~all';
/** MAIL FROM as SES has it, SPF of it, and whether mail is sent from it with SPF that passes. */
const MAIL_FROMS: readonly (readonly [
  status: string | undefined,
  spf: readonly string[],
  passes: boolean,
])[] = [
  [undefined, [], false],
  ['PENDING', [SPF], false],
  ['FAILED', [SPF], false],
  ['TEMPORARY_FAILURE', [SPF], false],
  ['SUCCESS', [SPF], true],
  ['SUCCESS', ['v=spf1 include:amazonses.com -all', 'token=1'], true],
  ['SUCCESS', [], false],
  ['SUCCESS', ['v=spf1 -all'], false],
  ['SUCCESS', [SPF, SPF], false],
  ['SUCCESS', ['v=spf1 include:amazonses.com ip4:192.0.2.0/33 ~all'], false],
  ['SUCCESS', ['v=spf1 include:amazonses.com exists:%{z}.example.com ~all'], false],
];

const ROWS = POLICIES.flatMap(([dmarc, without, aligned]) =>
  MAIL_FROMS.map(([status, spf, passes]) => ({ dmarc, status, spf, outcome: passes ? aligned : without })),
);

const mailFrom = 'bounce.example.com';

it.each(ROWS)('$dmarc, MAIL FROM $status, SPF $spf: $outcome', async ({ dmarc, status, spf, outcome }) => {
  const texts = { '_dmarc.example.com': dmarc, [mailFrom]: spf };
  const ses = async () => (status === undefined ? undefined : { domain: mailFrom, status });
  const found = await findUnsignedMail('example.com', ses, textsIn(texts));
  expect(found.outcome).toBe(outcome);
  expect(/delivered|^passes/.test(describeUnsigned(found.why))).toBe(found.outcome === 'passes');
  // mailauth stops at the first match of SPF, though a mistake behind it is one in the whole record (RFC 7208 §4.6), and
  // reads a malformed policy with an address for reports as p=none (RFC 9989 §4.10.1), which is not the valid one that is asked for.
  const isLenient = / (ip4|exists):/.test(spf[0] ?? '') || /np=x;/.test(dmarc[0] ?? '');
  if (!isLenient)
    expect(await passesDmarc(texts, status === 'SUCCESS' ? mailFrom : 'eu-west-1.amazonses.com')).toBe(
      found.outcome === 'passes',
    );
});

/** Judges mail from `example.com` by mailauth: the envelope sender's SPF, and DKIM of `amazonses.com` alone. */
async function passesDmarc(texts: Record<string, readonly string[]>, envelope: string): Promise<boolean> {
  const resolver = async (name: string, type: string) => {
    const values = /(^|\.)amazonses\.com$/.test(name)
      ? ['v=spf1 ip4:54.240.0.0/18 -all']
      : (texts[name] ?? []);
    if (type !== 'TXT' || values.length === 0) throw Object.assign(new Error(name), { code: 'ENOTFOUND' });
    return values.map((value) => [value]);
  };
  const client = { ip: '54.240.8.1', helo: 'a8-1.smtp-out.amazonses.com', mta: 'mx.receiver.example' };
  const spf: any = await checkSpf({ ...client, sender: `0100@${envelope}`, resolver } as any);
  const { response }: any = await evaluateDmarc({
    headerFrom: ['someone@example.com'],
    spfDomains: spf.status.result === 'pass' ? [spf.domain] : [],
    dkimDomains: [{ id: '1', domain: 'amazonses.com' }],
    resolver,
  } as any);
  return response?.status.result === 'pass';
}
