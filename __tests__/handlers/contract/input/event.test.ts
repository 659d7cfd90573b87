import { ACTIONS } from '../../../../handlers/contract/contract';
import { readEnvironment } from '../../../../handlers/contract/input/environment';
import { parseEvent } from '../../../../handlers/contract/input/event';
import { ByodkimError } from '../../../../handlers/errors/errors';
import { testKey } from '../../../support/world';
import { EVENTS } from './events';

const ENVIRONMENT = readEnvironment({
  AWS_REGION: 'ap-northeast-1',
  BYODKIM_KEY_STORE_BUCKET: 'key-store',
});

const SIGNING = {
  resource: 'Signing',
  transaction: 't1',
  stack: 'B1',
  domain: 'example.com',
  selector: 'selector1',
};
const BASELINE = { resource: 'Baseline', id: 'B1', domain: 'example.com' };
const UPDATE = { action: ACTIONS.update, domain: 'example.com', selector: 'selector1' };

const parse = (event: unknown, environment = ENVIRONMENT) => parseEvent(event, environment).request;

const failure = (event: unknown, environment = ENVIRONMENT): ByodkimError => {
  const request = parse(event, environment);
  if (request instanceof ByodkimError) return request;
  throw new Error('the event was taken');
};

describe('an accepted event', () => {
  test('from the old runbook needs only domain and selector', () => {
    expect(parse(UPDATE)).toEqual({
      kind: 'update',
      source: 'direct',
      domain: 'example.com',
      selector: 'selector1',
      region: 'ap-northeast-1',
      keyStore: {
        bucket: 'key-store',
        privateKey: 'dkim-certificates/example.com/selector1/private_key.pem',
        dnsRecords: 'dns_records/example.com/',
      },
      gate: { mode: 'authoritative', waitSeconds: 0 },
      verification: {},
      confirmTimeoutMinutes: 10,
      irreversible: 'refuse',
      notifyDnsTeam: true,
    });
  });

  test.each([
    ['nothing', undefined, { mode: 'recursive', resolvers: ['192.0.2.1:53'], waitSeconds: 5 }],
    ['less', { waitSeconds: 9 }, { mode: 'recursive', resolvers: ['192.0.2.1:53'], waitSeconds: 9 }],
    ['more', { strict: true }, { mode: 'recursive', resolvers: ['192.0.2.1:53'], strict: true }],
  ])('leaves the settings of DNS to the environment if it has %s of them', (_, given, gate) => {
    const BYODKIM_GATE = '{"mode":"recursive","resolvers":["192.0.2.1:53"],"waitSeconds":5}';
    const environment = readEnvironment({
      BYODKIM_KEY_STORE_BUCKET: 'key-store',
      BYODKIM_GATE,
    });
    const event = { ...UPDATE, ...(given && { gate: given }) };
    expect(parse(event, environment)).toMatchObject({ gate });
    expect(parse({ action: ACTIONS.audit, gate: given }, environment)).toMatchObject({ gate });
  });

  test.each([
    ['create', 'claim'],
    ['update', 'claim'],
    ['delete', 'destroy'],
  ])('of a Baseline, %s, asks for %s', (action, kind) => {
    const event = { ...BASELINE, tf: { action, prev_input: { anything: 1 } } };
    const place = { domain: 'example.com', region: 'ap-northeast-1' };
    expect(parse(event)).toEqual({ kind, source: 'terraform', id: 'B1', ...place });
  });

  test('claims with the names of the regions that share the records; deletes with only the place', () => {
    const rotation = { records: ['s1'], sharedWith: [{ region: 'us-east-1', bucket: 'key-store-us' }] };
    expect(parse({ ...BASELINE, rotation, tf: { action: 'create' } })).toMatchObject({
      kind: 'claim',
      rotation,
    });
    const ofAnotherVersion = { ...BASELINE, rotation: { sharedWith: 7 } };
    expect(parse({ ...ofAnotherVersion, tf: { action: 'delete' } })).not.toHaveProperty('rotation');
    expect(failure({ ...ofAnotherVersion, tf: { action: 'create' } }).message).toContain('sharedWith');
  });

  test('deletes with the fact whether the stack deletes its identity, if the create had it', () => {
    const event = { ...BASELINE, deletesIdentity: true };
    expect(parse({ ...event, tf: { action: 'create' } })).toMatchObject({ kind: 'claim' });
    const request = parse({ ...event, tf: { action: 'delete' } });
    expect(request).toMatchObject({ kind: 'destroy', deletesIdentity: true });
    expect(parse({ ...BASELINE, tf: { action: 'delete' } })).not.toHaveProperty('deletesIdentity');
  });

  test.each([
    ['a resource', SIGNING, 'terraform'],
    ['a malformed resource', { resource: 7 }, 'terraform'],
    ['what the provider has touched', { tf: { action: 'create' } }, 'terraform'],
    ['a revert', { action: ACTIONS.revertUnconfirmed }, 'schedule'],
    ['an audit of the schedule', { action: ACTIONS.audit, scheduled: true }, 'schedule'],
    ['a malformed one', { action: ACTIONS.audit, scheduled: true, domains: 7 }, 'schedule'],
    ['an audit on demand', { action: ACTIONS.audit }, 'direct'],
    ['a call', UPDATE, 'direct'],
    ['no object', 'text', 'direct'],
  ])('identifies its sender, however malformed it is: %s', (_, event, source) => {
    expect(parseEvent(event, ENVIRONMENT).source).toBe(source);
  });

  test('has its domain converted into A-labels in lower case, without the final dot', () => {
    expect(parse({ ...UPDATE, domain: ' Bücher.Example. ' })).toMatchObject({
      domain: 'xn--bcher-kva.example',
    });
  });

  test('inspects without a transaction', () => {
    const { transaction: _, ...event } = { ...SIGNING, resource: 'Inspection' };
    expect(parse(event)).toMatchObject({ kind: 'inspect', domain: 'example.com' });
  });
});

describe('a malformed event', () => {
  test.each<[string, object, string]>([
    [
      'no domain',
      { domain: undefined },
      'domain: expected a domain name of two labels or more, such as example.com, found nothing',
    ],
    ['a list for a key store', { keyStore: [] }, 'keyStore: expected an object, found a list of 0'],
    ['a text for a number', { gate: { waitSeconds: '5' } }, 'gate.waitSeconds: expected 0 to 240, found "5"'],
    [
      'one minute to confirm',
      { confirmTimeoutMinutes: 1 },
      'confirmTimeoutMinutes: expected 0 (never reverted), or 2 to 1440, found 1',
    ],
    ['null', { irreversible: null }, 'irreversible: expected refuse or allow, found null'],
  ])('fails with the field, what was expected and what was found: %s', (_, change, reason) => {
    const error = failure({ ...UPDATE, ...change });
    expect(error.code).toBe('VALIDATION_ERROR');
    expect(error.message).toBe(`The event is malformed: ${reason}.`);
    expect(error.facts).toMatchObject({ kind: 'event', fields: [reason.split(':')[0]] });
    expect(error.message).toContain(reason);
  });

  test('fails when an audit names more than 1000 domains', () => {
    const domains = Array.from({ length: 1001 }, (_, index) => `d${index}.example.com`);
    expect(failure({ action: ACTIONS.audit, domains }).message).toBe(
      'The event is malformed: domains: expected a list of 1 to 1000 domains, found a list of 1001.',
    );
    expect(parse({ action: ACTIONS.audit, domains: domains.slice(1) })).toMatchObject({ kind: 'audit' });
  });

  test('fails with every reason at once', () => {
    const error = failure({ ...UPDATE, domain: '', selector: 'a_b', irreversible: 'maybe' });
    expect(error.facts).toMatchObject({ fields: ['domain', 'selector', 'irreversible'] });
  });

  test.each([
    [null, 'null'],
    ['text', '"text"'],
    [[1, 2], 'a list of 2'],
    [undefined, 'nothing'],
  ])('fails if it is not an object: %j', (event, found) => {
    expect(failure(event).message).toBe(
      `The event is malformed: event: expected a JSON object, found ${found}.`,
    );
  });

  test('fails when a resource has no transaction', () => {
    expect(failure({ ...SIGNING, transaction: undefined }).message).toContain(
      'transaction: expected the id of the Attempt, found nothing',
    );
  });

  test('fails when there is no bucket anywhere', () => {
    const { message } = failure(UPDATE, { ...ENVIRONMENT, keyStoreBucket: '' });
    expect(message).toContain(
      'keyStore.bucket: expected a bucket in the event or in BYODKIM_KEY_STORE_BUCKET, found nothing',
    );
  });

  test.each([
    ['no JSON', 'BYODKIM_GATE: expected settings as JSON, found "no JSON"'],
    [
      '{"nameservers":"192.0.2.1"}',
      'BYODKIM_GATE.nameservers: expected a list of ip:port, found "192.0.2.1"',
    ],
  ])('fails if the environment’s gate is %s', (text, reason) => {
    const environment = readEnvironment({ BYODKIM_KEY_STORE_BUCKET: 'key-store', BYODKIM_GATE: text });
    expect(failure(UPDATE, environment).message).toContain(reason);
  });

  test('ignores a malformed gate of the environment for a delete', () => {
    const environment = readEnvironment({ BYODKIM_KEY_STORE_BUCKET: 'key-store', BYODKIM_GATE: 'no JSON' });
    const request = parse({ ...BASELINE, tf: { action: 'delete' } }, environment);
    expect(request).not.toBeInstanceOf(ByodkimError);
  });

  test.each(['x. WHAT TO DO: sign in at login.evil.example', 'a b', '', 't'.repeat(129)])(
    'fails when the transaction is %j, which a notice would quote',
    (transaction) => {
      expect(failure({ ...SIGNING, transaction }).message).toContain('transaction: expected 1–128 letters');
    },
  );

  test('fails if an audit is to continue with an object that is not a report', () => {
    const continues = { report: 'dkim-certificates/example.com/s1/private_key.pem', leg: 2 };
    expect(failure({ action: ACTIONS.audit, continues }).message).toContain('continues.report');
  });

  test('fails without quoting a text that may be a piece of a key, and shortens the rest', () => {
    const key = testKey();
    for (const secret of [key.pem, `${key.der}!`, `${key.der.slice(700, 730)}!`]) {
      const error = failure({ ...UPDATE, selector: secret });
      expect(error.message).toContain(`a text of ${secret.length} characters that looks like key material`);
      expect(JSON.stringify([error.message, error.facts])).not.toContain(secret.slice(0, 24));
    }
    expect(failure({ ...UPDATE, selector: `${'-x'.repeat(500)}!` }).message.length).toBeLessThan(200);
  });
});

describe('an unknown field', () => {
  test.each<[string, object, string]>([
    ['of a call', { confirmTimeoutMinute: 0 }, 'confirmTimeoutMinute: expected no such field, found 0'],
    ['in a block', { gate: { waitSecond: 5 } }, 'gate.waitSecond: expected no such field, found 5'],
    [
      'in a block of a block',
      { rotation: { delegation: { zone: 'dkim.example.net', selectors: ['s1', 's2'], ttl: 60 } } },
      'rotation.delegation.ttl: expected no such field, found 60',
    ],
    ['that every object has', JSON.parse('{"__proto__":{}}') as object, '__proto__: expected no such field'],
  ])('is refused, not ignored: %s', (_, change, reason) => {
    const error = failure({ ...UPDATE, ...change });
    expect(error.code).toBe('VALIDATION_ERROR');
    expect(error.message).toContain(reason);
    expect(error.advice).toContain('deploy the control stack first');
  });

  const CALLS = Object.values(EVENTS).filter((event) => 'action' in event);
  test.each(CALLS)('is refused in a call, and accepted from a schedule: %j', (event) => {
    const read = parseEvent({ ...event, moreover: 1 }, ENVIRONMENT);
    if (read.source === 'schedule') expect(read.request).not.toBeInstanceOf(ByodkimError);
    else expect(read.request).toMatchObject({ facts: { fields: ['moreover'] } });
  });

  test.each([
    ['a delete', { ...BASELINE, later: 1, tf: { action: 'delete' } }],
    ['an inspection', { ...SIGNING, later: 1, resource: 'Inspection' }],
    ['what the engine adds', { ...BASELINE, tf: { action: 'create', later: 1 } }],
    ['an audit by its schedule', { action: ACTIONS.audit, scheduled: true, later: 1 }],
  ])('stops neither a destroy nor a plan, nor a schedule: %s', (_, event) => {
    expect(parse(event)).not.toBeInstanceOf(ByodkimError);
  });
});

describe('an unknown action', () => {
  test.each([
    ['phase_manager', '"phase_manager"'],
    [undefined, 'nothing'],
    [7, '7'],
    [{ deep: true }, 'an object'],
  ])('is refused with the list of known actions: %j', (action, found) => {
    const error = failure({ ...UPDATE, action });
    expect(error.code).toBe('UNSUPPORTED_ACTION');
    expect(error.message).toBe(
      `Unsupported action: expected one of ${Object.values(ACTIONS).join(', ')}, found ${found}.`,
    );
    expect(error.facts).toMatchObject({ known: Object.values(ACTIONS) });
  });
});
