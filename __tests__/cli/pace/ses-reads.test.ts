import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readsOfApply, readsOfPlan, SES_READS } from '../../../cli/pace/ses-reads';

const IDENTITY = 'aws_sesv2_email_identity.Identity_82CD8A15';
const EXISTING = 'data.aws_sesv2_email_identity.Identity_82CD8A15';
const MAIL_FROM = 'aws_sesv2_email_identity_mail_from_attributes.Identity_MailFrom_0A1B2C3D';
const POLICY = 'aws_sesv2_email_identity_policy.Identity_Senders_0A1B2C3D';
const BASELINE = 'aws_lambda_invocation.Identity_Baseline_0A1B2C3D';
const SIGNING = 'aws_lambda_invocation.Identity_Signing_0A1B2C3D';
const GATE = 'aws_lambda_invocation.Identity_DnsGate_B5B35204';
const state = (...resources: string[]) => ({ resources, isWhole: true, writtenAt: 0 });
const all = (action: string, addresses: readonly string[]) =>
  addresses.map((address) => ({ address, action }));

it.each([
  ['a first deploy', undefined, 0],
  ['a stack that was destroyed', state(), 0],
  ['a stack', state(GATE, IDENTITY, SIGNING), 2],
  ['a stack whose identity exists without it', state(GATE, SIGNING), 2],
  ['a stack with a MAIL FROM domain', state(GATE, IDENTITY, MAIL_FROM, SIGNING), 3],
  [
    'a stack with other senders, who are read in another operation',
    state(GATE, IDENTITY, POLICY, SIGNING),
    2,
  ],
])('counts the reads of a plan of %s', (_, applied, reads) => {
  expect(readsOfPlan(applied)).toBe(reads);
});

it.each([
  ['a first deploy', all('create', [GATE, IDENTITY, BASELINE, SIGNING]), 3],
  ['an existing identity', [...all('create', [GATE, SIGNING]), ...all('read', [EXISTING])], 3],
  ['a rotation', all('replace', [GATE, SIGNING]), 2],
  ['a MAIL FROM domain', all('create', [MAIL_FROM]), 1],
  ['a destroy', all('delete', [GATE, IDENTITY, BASELINE, SIGNING]), 1],
  ['nothing', [], 0],
])('counts the reads of an apply of %s', (_, changes, reads) => {
  expect(readsOfApply(changes)).toBe(reads);
});

const PAGE = readFileSync(path.resolve(__dirname, '../../../docs/architecture.md'), 'utf8');

/** What reads, as the page on the architecture names it. */
const RUNS: Readonly<Record<keyof typeof SES_READS, string>> = {
  planOfIdentity: 'A plan: the provider, the identity',
  planOfSetting: 'A plan: the provider, MAIL FROM and feedback each',
  inspection: 'A plan: `Inspection`, once something is deployed',
  applyOfPart: 'An apply: the provider, the identity, MAIL FROM and feedback each, if made or changed',
  signing: 'An apply: `Signing`, before its Put and after it',
  confirmation: 'An apply: `Confirmation`, if SES has just verified',
  confirmationLater: 'An apply: `Confirmation`, otherwise',
  rollback: 'A destroy: `Baseline`, before it rolls back',
  status: 'A check of one entry, as in `status` or while a deploy waits for SES',
};

it.each(Object.entries(SES_READS))(
  'keeps the architecture page’s list of the reads of %s complete',
  (name, reads) => {
    expect(PAGE.split('\n')).toContain(`| ${RUNS[name as keyof typeof SES_READS]} | ${reads} |`);
  },
);
