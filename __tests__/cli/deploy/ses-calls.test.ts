import { callsOfApply, callsOfPlan } from '../../../cli/deploy/ses-calls';

const IDENTITY = 'aws_sesv2_email_identity.Identity_82CD8A15';
const MAIL_FROM = 'aws_sesv2_email_identity_mail_from_attributes.Identity_MailFrom_0A1B2C3D';
const SIGNING = 'aws_lambda_invocation.Identity_Signing_0A1B2C3D';
const GATE = 'aws_lambda_invocation.Identity_DnsGate_B5B35204';
const state = (...resources: string[]) => ({ resources, isWhole: true, registries: [], writtenAt: 0 });

it.each([
  ['a first deploy', undefined, 0],
  ['a stack that was destroyed', state(), 0],
  ['a stack', state(GATE, IDENTITY, SIGNING), 2],
  ['a stack with a MAIL FROM domain', state(GATE, IDENTITY, MAIL_FROM, SIGNING), 3],
])('a plan of %s', (_, applied, calls) => {
  expect(callsOfPlan(applied)).toBe(calls);
});

it.each([
  ['a first deploy', [GATE, IDENTITY, SIGNING].map((address) => ({ address, action: 'create' })), 3],
  ['a rotation', [GATE, SIGNING].map((address) => ({ address, action: 'replace' })), 2],
  ['a destroy', [GATE, IDENTITY, SIGNING].map((address) => ({ address, action: 'delete' })), 1],
  ['nothing', [], 0],
])('an apply of %s', (_, changes, calls) => {
  expect(callsOfApply(changes)).toBe(calls);
});
