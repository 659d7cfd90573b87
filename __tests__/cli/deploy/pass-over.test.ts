import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Deployment } from '../../../cli/deploy/deployment';
import { type EntryFacts, passOverControls, whyPlanned } from '../../../cli/deploy/pass-over';
import type { Unsubscribed } from '../../../cli/deploy/readers';
import type { AppliedState } from '../../../cli/engine/applied-state';
import { CliError } from '../../../cli/errors/cli-error';
import type { PlannedReason } from '../../../cli/words/outcomes';
import type { KnownDomain } from '../../../handlers/reports/known-domain';

const RESOURCES = ['aws_lambda_invocation.a', 'aws_sesv2_email_identity.b'];
const STATE: AppliedState = {
  hash: 'h1',
  resources: RESOURCES,
  tainted: [],
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

it('plans nothing for a stack that was applied with this configuration and is in step as far as is known', () => {
  expect(whyPlanned(UNCHANGED)).toBeNull();
});

it.each<[string, Partial<KnownDomain>]>([
  ['a key that is due, which no deploy changes', finding('KEY_OVERDUE')],
  ['a change by others before the last apply', { changedByOthersAt: '2026-11-28T08:59:00Z' }],
])('passes over %s', (_, known) => {
  expect(whyPlanned({ ...UNCHANGED, known: { ...KNOWN, ...known } })).toBeNull();
});

const knowing = (known: Partial<KnownDomain>): Partial<EntryFacts> => ({ known: { ...KNOWN, ...known } });
const applied = (state: Partial<AppliedState>): Partial<EntryFacts> => ({ state: { ...STATE, ...state } });

it.each<[string, PlannedReason['code'], Partial<EntryFacts>]>([
  ['without a state', 'NOT_APPLIED', { state: undefined }],
  ['whose state has no hash', 'NOT_APPLIED', applied({ hash: undefined } as never)],
  [
    'whose configuration has changed',
    'CONFIGURATION_CHANGED',
    { configuration: { hash: 'h2', resources: RESOURCES } },
  ],
  [
    'whose configuration has no hash',
    'NOT_APPLIED',
    { configuration: { hash: undefined, resources: RESOURCES } },
  ],
  ['with something tainted, or left to delete', 'LEFT_TO_DO', applied({ isWhole: false })],
  ['with a resource that is gone from its state', 'LEFT_TO_DO', applied({ resources: RESOURCES.slice(1) })],
  ['whose state is locked', 'LOCKED', applied({ isLocked: true })],
  ['that another engine has applied', 'OTHER_ENGINE', { engine: { kind: 'tofu' } }],
  ['that nobody was asked about', 'NOT_KNOWN', { known: undefined }],
  [
    'whose function does not answer',
    'NOT_ASKED',
    { known: new CliError('FUNCTION_NOT_FOUND', { message: 'no' }) },
  ],
  ['that has no ledger', 'NO_LEDGER', knowing({ isManaged: false })],
  [
    'that has an open change, or was not audited for long',
    'FUNCTION_UNSURE',
    knowing({ why: { kind: 'change-open' } }),
  ],
  ['that was never seen', 'OUT_OF_STEP', knowing({ asOf: null })],
  ['that was not verified', 'OUT_OF_STEP', knowing({ ses: { ...KNOWN.ses!, status: 'TEMPORARY_FAILURE' } })],
  ['that SES had something else of', 'OUT_OF_STEP', knowing({ ses: null })],
  ['that had drifted', 'OUT_OF_STEP', knowing({ drifted: true })],
  ['that was rolled back because SES did not verify it', 'OUT_OF_STEP', knowing({ unverified: {} as never })],
  ['that is not confirmed', 'OTHER_IN_FORCE', knowing({ confirmed: false })],
  ['that signs with another selector', 'OTHER_IN_FORCE', knowing({ selector: 's2' })],
  [
    'that somebody has changed since',
    'CHANGED_OUTSIDE',
    knowing({ changedByOthersAt: '2026-11-28T09:01:00Z' }),
  ],
  ['that has a record that is missing', 'FINDING', knowing(finding('RECORD_MISSING'))],
  ['that could not be checked', 'FINDING', knowing(finding('NOT_CHECKED'))],
  ['that has something that a newer function has found', 'FINDING', knowing(finding('NEW_CODE'))],
])('plans an entry %s: %s', (_, code, changed) => {
  expect(whyPlanned({ ...UNCHANGED, ...changed })?.code).toBe(code);
});

describe('unnamed control stacks', () => {
  const CONTROL = 'byodkim-control-eu-west-1';
  let outdir: string;

  beforeAll(() => {
    outdir = mkdtempSync(path.join(os.tmpdir(), 'byodkim-pass-over-'));
    const folder = path.join(outdir, 'stacks', CONTROL);
    mkdirSync(folder, { recursive: true });
    const configuration = { resource: { terraform_data: { applied: { input: { configuration: 'h1' } } } } };
    writeFileSync(path.join(folder, 'cdk.tf.json'), JSON.stringify(configuration));
  });
  afterAll(() => rmSync(outdir, { recursive: true }));

  const passed = (
    state: Partial<AppliedState> = {},
    env = {},
    unnamedControls = [CONTROL],
    missing: Unsubscribed = new Map(),
  ) =>
    passOverControls(
      {
        cli: { world: { env } },
        workspace: { at: { outdir, engine: { kind: 'terraform' } } },
        states: new Map([[CONTROL, { ...STATE, resources: ['terraform_data.applied'], ...state }]]),
        unnamedControls,
      } as unknown as Deployment,
      missing,
    ).map(({ stack, ended }) => [stack, ended]);

  it('are not planned if their state says that this configuration was applied completely', () => {
    expect(passed()).toEqual([[CONTROL, 'unchanged']]);
  });

  it.each<[string, ...Parameters<typeof passed>]>([
    ['whose configuration has changed', { hash: 'h0' }],
    ['that has something tainted', { isWhole: false }],
    ['that lacks a resource', { resources: [] }],
    ['where the environment picks another state', {}, { TF_WORKSPACE: 'other' }],
    ['that was named', {}, {}, []],
    ['whose subscribers SNS has forgotten', {}, {}, [CONTROL], new Map([[CONTROL, ['ops@example.com']]])],
  ])('are planned: one %s', (_, ...of) => {
    expect(passed(...of)).toEqual([]);
  });
});
