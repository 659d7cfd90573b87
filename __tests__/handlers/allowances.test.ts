import fc from 'fast-check';
import { type Asked, type Control, notAllowed } from '../../handlers/allowances';
import { ACTIONS, ledgerObject } from '../../handlers/contract';
import { readEnvironment } from '../../handlers/environment';
import { ByodkimError } from '../../handlers/errors';
import { parseEvent } from '../../handlers/event';
import { FakeCloud } from '../support/world';

const STRICT: Control = { allow: {}, gate: {}, bucket: 'key-store', alsoRead: [] };

const settings = (asked: Asked, control: Partial<Control> = {}): string[] =>
  notAllowed(asked, { ...STRICT, ...control }).map(({ setting }) => setting);

const OWN = '192.0.2.66:53';
const KEY = 'dkim-certificates/example.com/s1/private_key.pem';

describe('what an event may not ask for, and what allows it', () => {
  test.each<[string, Asked, Partial<Control>]>([
    [
      'gate.nameservers',
      { gate: { nameservers: [OWN] } },
      { allow: { nameservers: ['192.0.2.1', '192.0.2.66'] } },
    ],
    ['gate.nameservers', { gate: { nameservers: [OWN] } }, { gate: { nameservers: ['192.0.2.66'] } }],
    ['gate.resolvers', { gate: { resolvers: [OWN] } }, { allow: { resolvers: [OWN] } }],
    [
      'gate.resolvers',
      { gate: { resolvers: ['https://dns.example/q'] } },
      { gate: { resolvers: ['https://dns.example/q', OWN] } },
    ],
    ['gate.resolvers', { gate: { resolvers: [] } }, { allow: { withoutResolvers: true } }],
    ['gate.resolvers', { gate: { resolvers: [] } }, { gate: { resolvers: [] } }],
    ['gate.mode', { gate: { mode: 'recursive' } }, { allow: { recursive: true } }],
    ['gate.mode', { gate: { mode: 'recursive' } }, { gate: { mode: 'recursive' } }],
    ['gate.requiredPercent', { gate: { requiredPercent: 49 } }, { allow: { requiredPercent: 40 } }],
    ['gate.requiredPercent', { gate: { requiredPercent: 49 } }, { gate: { requiredPercent: 40 } }],
    ['gate.answerSeconds', { gate: { answerSeconds: 2.4 } }, { allow: { answerSeconds: 0.5 } }],
    ['gate.answerSeconds', { gate: { answerSeconds: 2.4 } }, { gate: { answerSeconds: 2 } }],
    ['gate.roundSeconds', { gate: { roundSeconds: 19 } }, { allow: { roundSeconds: 2 } }],
    ['gate.roundSeconds', { gate: { roundSeconds: 19 } }, { gate: { roundSeconds: 10 } }],
    ['gate.transport', { gate: { transport: 'tcp' } }, { allow: { transport: ['tcp'] } }],
    ['gate.transport', { gate: { transport: 'tcp' } }, { gate: { transport: 'tcp' } }],
    ['gate.addressFamily', { gate: { addressFamily: 'ipv6' } }, { allow: { addressFamily: ['ipv6'] } }],
    ['gate.addressFamily', { gate: { addressFamily: 'ipv4' } }, { gate: { addressFamily: 'ipv4' } }],
    ['irreversible', { domain: 'a.example', irreversible: 'allow' }, { allow: { irreversible: true } }],
    [
      'irreversible',
      { domain: 'a.example', irreversible: 'allow' },
      { allow: { irreversible: ['a.example'] } },
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
      { allow: { nameservers: [OWN] } },
    ],
    [
      'fewer servers than the control stack asks',
      { gate: { nameservers: [OWN] } },
      { gate: { nameservers: [OWN, '192.0.2.7:53'] } },
    ],
    ['another port', { gate: { resolvers: ['192.0.2.66:54'] } }, { allow: { resolvers: [OWN] } }],
    [
      'fewer servers have to show the record',
      { gate: { minimumServers: 1 } },
      { gate: { minimumServers: 2 } },
    ],
    [
      'less time for an answer than the control stack gives, though more than usual',
      { gate: { answerSeconds: 4 } },
      { gate: { answerSeconds: 5 } },
    ],
    ['another family', { gate: { addressFamily: 'ipv6' } }, { allow: { addressFamily: ['ipv4'] } }],
    ['UDP where the control stack says TCP', { gate: { transport: 'any' } }, { gate: { transport: 'tcp' } }],
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

  test('a stricter proof is always allowed', () => {
    const gate = {
      mode: 'authoritative',
      requiredPercent: 100,
      minimumServers: 3,
      waitSeconds: 240,
      answerSeconds: 10,
      roundSeconds: 60,
      transport: 'any',
      addressFamily: 'any',
    } as const;
    expect(settings({ gate, irreversible: 'refuse', keyStore: { privateKey: KEY } })).toEqual([]);
  });
});

describe('an event that asks for it', () => {
  const environment = readEnvironment({
    AWS_REGION: 'ap-northeast-1',
    BYODKIM_KEY_STORE_BUCKET: 'key-store',
    BYODKIM_ALLOW: '{"irreversible":["other.example"]}',
  });
  const PLACE = { domain: 'example.com', selector: 's1' };
  const parse = (event: object) => parseEvent(event, environment).request;
  const onSigning = [ACTIONS.update, ACTIONS.createKey, ACTIONS.record, ACTIONS.notifyDnsTeam];
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
      tf: { action: 'create' },
    })),
  ])('%j is refused, and told what was asked, what may be, and who allows it', (event) => {
    const error = parse({ ...event, ...WEAK }) as ByodkimError;
    expect(error).toBeInstanceOf(ByodkimError);
    expect(error.code).toBe('NOT_ALLOWED');
    expect((error as ByodkimError<'NOT_ALLOWED'>).details.fields).toEqual([
      'gate.nameservers',
      'gate.mode',
      'irreversible',
      'keyStore.privateKey',
    ]);
    expect(error.message).toMatch(/found "192\.0\.2\.66:53", allowed: those that the zone names/);
    expect(error.message).toMatch(
      /whoever deploys the control stack .*allow\.nameservers.*allow\.irreversible/,
    );
  });

  test('an audit is refused as well: it would report what the asker likes', () => {
    expect(parse({ action: ACTIONS.audit, gate: { resolvers: [OWN] } })).toMatchObject({
      code: 'NOT_ALLOWED',
    });
  });

  test.each(['DnsGate', 'Signing', 'Confirmation', 'DkimKey'])(
    'a delete of %s goes through: it uses none of it, and what was allowed once may not be any more',
    (resource) => {
      const event = { resource, transaction: 't1', ...PLACE, ...WEAK, tf: { action: 'delete' } };
      expect(parse(event)).not.toBeInstanceOf(ByodkimError);
    },
  );

  test('an inspection answers the refusal, which stops a deploy and lets a destroy through', async () => {
    const cloud = new FakeCloud({ environment: { allow: '' } });
    const { refusal, ...answer } = await cloud.invoke({ resource: 'Inspection', ...PLACE, ...WEAK });
    expect(answer).toEqual({ statusCode: 200, domain: 'example.com', token: 'not-allowed', drifted: false });
    expect(JSON.parse(refusal)).toEqual({
      errorType: 'NOT_ALLOWED',
      errorMessage: expect.stringMatching(
        /found "192\.0\.2\.66:53", allowed: those that the zone names.*allow\.nameservers/,
      ),
    });
    expect(cloud.calls.count(/./)).toBe(0);
  });

  test('the environment’s own mistakes are told, and allow nothing', () => {
    const broken = { ...environment, allow: '{"nameservers":"192.0.2.66"}' };
    expect(parseEvent({ action: ACTIONS.update, ...PLACE }, broken).request).toMatchObject({
      code: 'VALIDATION_ERROR',
      message: expect.stringContaining('BYODKIM_ALLOW: nameservers: expected a list'),
    });
  });

  test('whatever an event holds, what is taken is no weaker than the control stack says', () => {
    const address = fc.constantFrom('192.0.2.1', '192.0.2.1:53', '192.0.2.2:53', '[2001:db8::1]:53', OWN);
    const gate = fc.record(
      {
        mode: fc.constantFrom('authoritative', 'recursive'),
        nameservers: fc.array(address, { minLength: 1, maxLength: 3 }),
        resolvers: fc.array(address, { maxLength: 2 }),
        requiredPercent: fc.integer({ min: 1, max: 100 }),
        minimumServers: fc.integer({ min: 1, max: 4 }),
        answerSeconds: fc.constantFrom(0.5, 2.4, 2.5, 4, 10),
        roundSeconds: fc.integer({ min: 2, max: 60 }),
        transport: fc.constantFrom('any', 'tcp'),
        addressFamily: fc.constantFrom('any', 'ipv4', 'ipv6'),
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
    const own = { ...environment, gate: '{"nameservers":["192.0.2.1","192.0.2.2"],"requiredPercent":70}' };
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
        expect(request.gate.requiredPercent).toBeGreaterThanOrEqual(70);
        expect(request.gate.answerSeconds ?? 2.5).toBeGreaterThanOrEqual(2.5);
        expect(request.gate.roundSeconds ?? 20).toBeGreaterThanOrEqual(20);
        expect(request.gate.transport ?? 'any').toBe('any');
        expect(request.gate.addressFamily ?? 'any').toBe('any');
        expect(request.keyStore.bucket).toBe('key-store');
        expect(request.keyStore.privateKey).toMatch(/^dkim-certificates\//);
        expect(request.keyStore.dnsRecords).toMatch(/^(dns_records|dkim-certificates)\//);
        if (request.domain !== 'other.example') expect(request.irreversible).toBe('refuse');
      }),
    );
  });
});
