import { CliError } from '../../../cli/cli-error';
import { type EntryFacts, whyPlanned } from '../../../cli/deploy/pass-over';
import type { AppliedState } from '../../../cli/engine/applied-state';
import type { KnownDomain } from '../../../handlers/audit/status';

const RESOURCES = ['aws_lambda_invocation.a', 'aws_sesv2_email_identity.b'];
const STATE: AppliedState = {
  hash: 'h1',
  resources: RESOURCES,
  isWhole: true,
  engine: { kind: 'terraform', version: '1.11.4' },
  writtenAt: Date.parse('2026-11-28T09:00:00Z'),
};
const KNOWN = {
  isManaged: true,
  asOf: '2026-11-28T10:00:00Z',
  why: null,
  ses: { origin: 'EXTERNAL', selector: 's1', enabled: true, status: 'SUCCESS', tokens: ['s1'] },
  selector: 's1',
  confirmed: true,
  drifted: false,
  unverified: null,
  changedByOthersAt: null,
  findings: [],
} as Partial<KnownDomain> as KnownDomain;
const UNCHANGED: EntryFacts = {
  configuration: { hash: 'h1', resources: RESOURCES },
  state: STATE,
  known: KNOWN,
  selector: 's1',
  engine: { kind: 'terraform' },
};

const finding = (code: string) => ({ findings: [{ code, found: '', severity: 'act', since: '' }] as never });

it('plans nothing that was applied like this and is in step by what is known', () => {
  expect(whyPlanned(UNCHANGED)).toBeNull();
});

it.each<[string, Partial<KnownDomain>]>([
  ['a key that is due, which no deploy changes', finding('KEY_OVERDUE')],
  ['a change by others before the last apply', { changedByOthersAt: '2026-11-28T08:59:00Z' }],
])('passes over %s', (_, known) => {
  expect(whyPlanned({ ...UNCHANGED, known: { ...KNOWN, ...known } })).toBeNull();
});

it.each<[string, Partial<EntryFacts>]>([
  ['without a state', { state: undefined }],
  ['whose state has no hash', { state: { ...STATE, hash: undefined } as never }],
  ['whose configuration has changed', { configuration: { hash: 'h2', resources: RESOURCES } }],
  ['whose configuration has no hash', { configuration: { hash: undefined, resources: RESOURCES } }],
  ['with something tainted, or left to delete', { state: { ...STATE, isWhole: false } }],
  ['with a resource that is gone from its state', { state: { ...STATE, resources: RESOURCES.slice(1) } }],
  ['that another engine has applied', { engine: { kind: 'tofu' } }],
  ['that nobody was asked about', { known: undefined }],
  ['whose function does not answer', { known: new CliError('no', 'FUNCTION_NOT_FOUND') }],
])('plans an entry %s', (_, changed) => {
  expect(whyPlanned({ ...UNCHANGED, ...changed })).not.toBeNull();
});

it.each<[string, Partial<KnownDomain>]>([
  ['has no ledger', { isManaged: false }],
  ['has an open change, or was not audited for long', { why: 'a change is open' }],
  ['was never seen', { asOf: null }],
  ['was not verified when it was seen', { ses: { ...KNOWN.ses!, status: 'TEMPORARY_FAILURE' } }],
  ['SES had something else of', { ses: null }],
  ['had drifted', { drifted: true }],
  ['was rolled back because SES did not verify it', { unverified: {} as never }],
  ['is not confirmed', { confirmed: false }],
  ['signs with another selector', { selector: 's2' }],
  ['somebody has changed since the last apply', { changedByOthersAt: '2026-11-28T09:01:00Z' }],
  ['has a record that is missing', finding('RECORD_MISSING')],
  ['could not be checked', finding('NOT_CHECKED')],
  ['has something that a newer function has found', finding('NEW_CODE')],
])('plans an entry that %s', (_, known) => {
  expect(whyPlanned({ ...UNCHANGED, known: { ...KNOWN, ...known } })).not.toBeNull();
});
