import { unservedZone } from '../../../handlers/transaction/zone';
import type { FakeCloud } from '../../support/world';
import * as setup from './support';

const inZone = (hostedZoneId: string) => ({ rotation: { records: ['s1'], hostedZoneId } });
const OLD_SERVERS = ['192.0.2.1:53', '192.0.2.2:53'];
const NEW_SERVERS = ['198.51.100.1:53', '198.51.100.2:53'];
const NEW_SERVER = { role: 'authoritative', address: NEW_SERVERS[0] };

/** A cloud whose domain signs with s1, whose record its stack publishes in zone ZOLD. */
async function signingFrom(fields: object = inZone('ZOLD')): Promise<[FakeCloud, setup.Stack]> {
  const { cloud, stack } = setup.given();
  await stack.apply('t1', 's1', { ...fields });
  return [cloud, stack];
}

describe('a record that moves to another hosted zone', () => {
  test('fails while a server of the earlier zone is asked: record, SES and ledger are as before', async () => {
    const [cloud, stack] = await signingFrom();
    const before = setup.ledgerOf(cloud).owner;
    cloud.dns.serveFrom([OLD_SERVERS[0]!, NEW_SERVERS[0]!]);

    const { code, message } = await setup.failure(stack.signing('t2', 's1', inZone('ZNEW')));

    expect(code).toBe('DNS_TXT_NOT_READY');
    expect(message).toContain('moves from hosted zone ZOLD to ZNEW');
    expect(message).toContain('ns1.example.net');
    expect(message).toContain('Delegate the domain to the name servers of ZNEW');
    expect(setup.ledgerOf(cloud).owner).toEqual(before);
    expect(setup.signing(cloud)).toBe('EXTERNAL s1 on SUCCESS');
  });

  test('passes once the servers of the new zone alone are asked, and is remembered', async () => {
    const [cloud, stack] = await signingFrom();
    cloud.dns.serveFrom(NEW_SERVERS);

    await stack.apply('t2', 's1', inZone('ZNEW'));

    expect(setup.ledgerOf(cloud).owner).toMatchObject({ transaction: 't2', zoneServers: NEW_SERVERS });
    expect(cloud.calls.count(setup.SES_PUT)).toBe(1);
  });

  test('passes behind the same servers by the way that the error names', async () => {
    const [cloud, stack] = await signingFrom();
    const { message } = await setup.failure(stack.signing('t2', 's1', inZone('ZNEW')));
    expect(message).toContain(
      'deploy once with driftDetection: false and without `record`, then with the new zone',
    );

    await stack.apply('t2', 's1');
    await stack.apply('t3', 's1', inZone('ZNEW'));

    expect(setup.ledgerOf(cloud).owner).toMatchObject({ rotation: { hostedZoneId: 'ZNEW' } });
    expect(cloud.calls.count(setup.SES_PUT)).toBe(1);
  });

  test.each<[string, readonly string[], readonly object[]]>([
    ['none is asked', OLD_SERVERS, []],
    ['those of before are not known', [], [NEW_SERVER]],
    ['a resolver alone is asked', OLD_SERVERS, [{ ...NEW_SERVER, role: 'resolver' }]],
    ['the one that is asked has an alias', OLD_SERVERS, [{ ...NEW_SERVER, aliasTo: 'a.example' }]],
  ])('fails where no server shows which zone is served: %s', (_, servers, found) => {
    const outcome = { recordName: 's1._domainkey.example.com', servers: found } as never;
    expect(unservedZone({ hostedZoneId: 'ZOLD', servers }, 'ZNEW', outcome)?.message).toMatch(
      /found no authoritative server that shows.*gate\.mode authoritative/s,
    );
  });

  test('fails together with a rotation, too', async () => {
    const [, stack] = await signingFrom();
    expect((await setup.failure(stack.signing('t2', 's2', inZone('ZNEW')))).code).toBe('DNS_TXT_NOT_READY');
  });

  test.each([
    ['no zone was known', {}],
    ['the zone is the same', inZone('ZNEW')],
  ])('is no matter where %s', async (_, before) => {
    const [, stack] = await signingFrom(before);
    await stack.apply('t2', 's1', inZone('ZNEW'));
  });

  test('is no matter to a direct call', async () => {
    const [cloud] = await signingFrom();
    expect(await setup.direct(cloud, 's2')).toMatchObject({ statusCode: 200 });
  });
});
