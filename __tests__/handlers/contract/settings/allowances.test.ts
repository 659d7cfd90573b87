import fc from 'fast-check';
import { ACTIONS, ledgerObject } from '../../../../handlers/contract/contract';
import { readEnvironment } from '../../../../handlers/contract/input/environment';
import { parseEvent } from '../../../../handlers/contract/input/event';
import { type Asked, type Control, findViolations } from '../../../../handlers/contract/settings/allowances';
import { ByodkimError } from '../../../../handlers/errors/errors';
import { FakeCloud } from '../../../support/world';

const STRICT: Control = { allow: {}, gate: {}, bucket: 'key-store', alsoRead: [] };

const settings = (asked: Asked, control: Partial<Control> = {}): string[] =>
  findViolations(asked, { ...STRICT, ...control }).map(({ prop }) => prop);

const OWN = '192.0.2.66:53';
const KEY = 'dkim-certificates/example.com/s1/private_key.pem';

describe('settings that an event may not have without an allowance', () => {
  test.each<[string, Asked, Partial<Control>]>([
    [
      'gate.nameservers',
      { gate: { nameservers: [OWN] } },
      { allow: { servers: ['192.0.2.1', '192.0.2.66'] } },
    ],
    ['gate.nameservers', { gate: { nameservers: [OWN] } }, { gate: { nameservers: ['192.0.2.66'] } }],
    ['gate.resolvers', { gate: { resolvers: [OWN] } }, { allow: { servers: [OWN] } }],
    ['gate.resolvers', { gate: { resolvers: ['192.0.2.77'] } }, { gate: { resolvers: ['192.0.2.77', OWN] } }],
    ['gate.resolvers', { gate: { resolvers: [] } }, { gate: { resolvers: [] } }],
    ['gate.mode', { gate: { mode: 'recursive' } }, { allow: { recursive: true } }],
    ['gate.mode', { gate: { mode: 'recursive' } }, { gate: { mode: 'recursive' } }],
    ['irreversible', { domain: 'a.example', irreversible: 'allow' }, { allow: { irreversible: true } }],
    [
      'irreversible',
      { domain: 'a.example', irreversible: 'allow' },
      { allow: { irreversible: ['a.example'] } },
    ],
    [
      'rotation.delegation.zone',
      { rotation: { delegation: { zone: 'dkim.example.net' } } },
      { allow: { aliasZones: ['dkim.example.net'] } },
    ],
    ['keyStore.privateKey', { keyStore: { privateKey: 'mail/k.pem' } }, { alsoRead: ['key-store/mail/'] }],
    [
      'keyStore.privateKey',
      { keyStore: { bucket: 'other', privateKey: KEY } },
      { alsoRead: ['other/dkim-certificates/'] },
    ],
    ['keyStore.dnsRecords', { keyStore: { dnsRecords: 'mail/' } }, { alsoRead: ['key-store/mail/'] }],
  ])('%s: %j, unless %j', (setting, asked, control) => {
    expect(settings(asked)).toEqual([setting]);
    expect(settings(asked, control)).toEqual([]);
  });

  test.each<[string, Asked, Partial<Control>]>([
    [
      'another domain is meant',
      { domain: 'b.example', irreversible: 'allow' },
      { allow: { irreversible: ['a.example'] } },
    ],
    [
      'only some of the servers are allowed',
      { gate: { nameservers: [OWN, '192.0.2.7'] } },
      { allow: { servers: [OWN] } },
    ],
    [
      'no resolver, where no name servers of the list are asked instead',
      { gate: { resolvers: [] } },
      { allow: { servers: [OWN] } },
    ],
    [
      'no resolver, where other name servers are asked',
      { gate: { resolvers: [], nameservers: [OWN] } },
      { gate: { nameservers: [OWN] }, allow: { servers: ['192.0.2.7'] } },
    ],
    [
      'less than every server, where the control stack asks for all',
      { gate: { strict: false } },
      { gate: { strict: true } },
    ],
    [
      'a bucket whose name only begins so',
      { keyStore: { bucket: 'other-evil', privateKey: KEY } },
      { alsoRead: ['other/'] },
    ],
    [
      'a private key where records are, which more people read',
      { keyStore: { privateKey: 'dns_records/k.pem' } },
      {},
    ],
    ...['byodkim-ledger/', 'byodkim-audit/', 'byodkim-drill/'].map(
      (own): [string, Asked, Partial<Control>] => [
        `a place in ${own}, even where all of the bucket is readable`,
        { keyStore: { privateKey: `${own}x.json` } },
        { alsoRead: ['key-store/'] },
      ],
    ),
  ])('%s', (_, asked, control) => {
    expect(settings(asked, control)).toHaveLength(1);
  });

  test('include no resolvers where the name servers are allowed', () => {
    const gate = { nameservers: [OWN], resolvers: [] };
    expect(settings({ gate }, { allow: { servers: [OWN] } })).toEqual([]);
  });

  test('never include a stricter proof', () => {
    const gate = {
      mode: 'authoritative',
      strict: true,
      waitSeconds: 240,
    } as const;
    expect(settings({ gate, irreversible: 'refuse', keyStore: { privateKey: KEY } })).toEqual([]);
  });
});

describe('an event with such a setting', () => {
  const environment = readEnvironment({
    AWS_REGION: 'ap-northeast-1',
    BYODKIM_KEY_STORE_BUCKET: 'key-store',
    BYODKIM_ALLOW: '{"irreversible":["other.example"]}',
  });
  const PLACE = { domain: 'example.com', selector: 's1' };
  const parse = (event: object) => parseEvent(event, environment).request;
  const onSigning = [ACTIONS.update, ACTIONS.createKey, ACTIONS.add, ACTIONS.record, ACTIONS.notifyDnsTeam];
  const WEAK = {
    gate: { mode: 'recursive', nameservers: [OWN] },
    irreversible: 'allow',
    keyStore: { privateKey: ledgerObject('ap-northeast-1', 'example.com') },
  };

  test.each([
    ...onSigning.map((action) => ({ action, ...PLACE })),
    ...['DnsGate', 'Signing', 'Confirmation', 'DkimKey'].map((resource) => ({
      resource,
      transaction: 't1',
      ...PLACE,
      stack: 'B1',
    })),
  ])('%j is refused, with the setting, its limit, and who may raise it', (event) => {
    const error = parse({ ...event, ...WEAK }) as ByodkimError;
    expect(error).toBeInstanceOf(ByodkimError);
    expect(error.code).toBe('NOT_ALLOWED');
    expect((error as ByodkimError<'NOT_ALLOWED'>).facts.fields).toEqual([
      'gate.mode',
      'gate.nameservers',
      'irreversible',
      'keyStore.privateKey',
    ]);
    expect(error.message).toMatch(/found "192\.0\.2\.66:53", allowed: those that the zone names/);
    expect(error.advice).toMatch(
      /allow it in the control stack \(allow\.recursive, allow\.servers, allow\.irreversible/,
    );
  });

  test('is refused for an audit as well, whose report the caller could otherwise choose', () => {
    expect(parse({ action: ACTIONS.audit, gate: { resolvers: [OWN] } })).toMatchObject({
      code: 'NOT_ALLOWED',
    });
  });

  test('is refused in the answer of an inspection, which stops a deploy but not a destroy', async () => {
    const cloud = new FakeCloud({ environment: { allow: '' } });
    const { refusal, ...answer } = await cloud.invoke({ resource: 'Inspection', ...PLACE, ...WEAK });
    expect(answer).toEqual({ statusCode: 200, domain: 'example.com', token: 'not-allowed', drifted: false });
    expect(JSON.parse(refusal)).toEqual({
      errorType: 'NOT_ALLOWED',
      errorMessage: expect.stringMatching(/found "192\.0\.2\.66:53", allowed: those that the zone names/),
      trace: ['NOT_ALLOWED', expect.stringMatching(/^To do: .*allow\.servers/)],
    });
    expect(cloud.calls.count(/./)).toBe(0);
  });

  test('is never accepted with weaker settings than the control stack’s, whatever it holds', () => {
    const address = fc.constantFrom('192.0.2.1', '192.0.2.1:53', '192.0.2.2:53', '[2001:db8::1]:53', OWN);
    const gate = fc.record(
      {
        mode: fc.constantFrom('authoritative', 'recursive'),
        nameservers: fc.array(address, { minLength: 1, maxLength: 3 }),
        resolvers: fc.array(address, { maxLength: 2 }),
        strict: fc.boolean(),
      },
      { requiredKeys: [] },
    );
    const keyStore = fc.record(
      {
        bucket: fc.constantFrom('key-store', 'other'),
        privateKey: fc.constantFrom(KEY, 'byodkim-ledger/x', 'dns_records/x', 'mail/x', '../x'),
        dnsRecords: fc.constantFrom(KEY, 'dns_records/example.com/', 'mail/x'),
      },
      { requiredKeys: [] },
    );
    const event = fc.record({
      action: fc.constantFrom(...onSigning),
      domain: fc.constantFrom('example.com', 'Other.Example'),
      selector: fc.constant('s1'),
      gate,
      keyStore,
      irreversible: fc.constantFrom('refuse', 'allow'),
    });
    const own = { ...environment, gate: '{"nameservers":["192.0.2.1","192.0.2.2"],"strict":true}' };
    fc.assert(
      fc.property(event, (asked) => {
        const { request } = parseEvent(asked, own);
        if (request instanceof ByodkimError) return;
        if (!('gate' in request && 'keyStore' in request)) throw new Error('no such request');
        expect(request.gate.mode).toBe('authoritative');
        expect(new Set(request.gate.nameservers?.map((each) => each.replace(/:53$/, '')))).toEqual(
          new Set(['192.0.2.1', '192.0.2.2']),
        );
        expect(request.gate.resolvers).toBeUndefined();
        expect(request.gate.strict).toBe(true);
        expect(request.keyStore.bucket).toBe('key-store');
        expect(request.keyStore.privateKey).toMatch(/^dkim-certificates\//);
        expect(request.keyStore.dnsRecords).toMatch(/^(dns_records|dkim-certificates)\//);
        if (request.domain !== 'other.example') expect(request.irreversible).toBe('refuse');
      }),
    );
  });
});
