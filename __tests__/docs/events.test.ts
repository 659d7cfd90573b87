import { readFileSync } from 'node:fs';
import path from 'node:path';
import Ajv from 'ajv';
import { DkimKey, DkimRecord } from '../../constructs';
import { PROJECT_ROOT } from '../../constructs/built-handler';
import { ACTIONS, type ResourceEvent } from '../../handlers/contract/contract';
import { TAKES } from '../../handlers/contract/event-schema';
import { identityWith, inputOf } from '../constructs/synth';

const schema = JSON.parse(readFileSync(path.join(PROJECT_ROOT, 'docs/event.schema.json'), 'utf8'));
const page = readFileSync(path.join(PROJECT_ROOT, 'docs/events.md'), 'utf8');
const isEvent = new Ajv({ strict: false }).compile(schema);

const SIGNING: ResourceEvent = {
  resource: 'Signing',
  transaction: 't',
  domain: 'example.com',
  selector: 's1',
};

describe('the JSON Schema of the event', () => {
  it('takes all that a domain’s stack sends', () => {
    const { resource, data } = identityWith({
      region: 'us-east-1',
      key: DkimKey.stored({ bucket: 'keys' }),
      gate: { resolvers: ['https://dns.example/q', '192.0.2.1:53'], strict: true },
      verification: { timeoutMinutes: 90 },
      confirmTimeoutMinutes: 0,
      irreversible: 'allow',
      record: DkimRecord.route53('Z1', { previousSelectors: ['s0'] }),
    });
    const sent = [
      ...Object.values(resource.aws_lambda_invocation!),
      ...Object.values(data.aws_lambda_invocation!),
    ];
    expect(sent).toHaveLength(7);
    // What the engine will put in: the id of the Attempt, a token.
    const resolved = (invocation: { input: string }) =>
      JSON.parse(JSON.stringify(inputOf(invocation)).replaceAll(/\$\{[^}]+\}/g, 'resolved'));
    for (const invocation of sent)
      expect([resolved(invocation), isEvent(resolved(invocation))]).toEqual([expect.anything(), true]);
  });

  it('takes the runbook’s own call, and names each action', () => {
    expect(isEvent({ action: ACTIONS.update, domain: 'example.com', selector: 'selector1' })).toBe(true);
    for (const action of Object.keys(TAKES)) expect(page).toContain(`* \`${action}\`: `);
  });

  it.each([
    ['no domain', { ...SIGNING, domain: undefined }],
    ['a selector with a dot', { ...SIGNING, selector: 'a.b' }],
    ['an unknown resource', { ...SIGNING, resource: 'Sign' }],
    ['an unknown action', { action: 'phase_manager', domain: 'example.com', selector: 's1' }],
    ['a wait that is too long', { ...SIGNING, gate: { waitSeconds: 241 } }],
  ])('refuses %s', (_, event) => {
    expect(isEvent(JSON.parse(JSON.stringify(SIGNING)))).toBe(true);
    expect(isEvent(JSON.parse(JSON.stringify(event)))).toBe(false);
  });
});
