import { recordName } from '../../handlers/contract';
import { Deployment, passed } from '../support/deployment';
import { hostZone } from '../support/route53';

const DOMAIN = 'example.com';
const ZONE = 'keys.example.net';
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

describe('a domain that rotates by itself', () => {
  let deployment: Deployment;
  let list: Parameters<Deployment['deploy']>[1];

  beforeAll(async () => {
    deployment = await Deployment.start(
      { lambda: { sleep: { factor: 0.1 } } },
      { topics: { result: 'create' }, audit: { enabled: false } },
    );
    deployment.dns.setZone(ZONE, {});
    const hostedZoneId = await hostZone(deployment, ZONE);
    Object.assign(deployment.list.control!, { allow: { rotatesIn: [hostedZoneId] } });
    await passed(deployment.deployControl());
    for (const selector of ['s1', 's2']) alias(selector);
    list = {
      selector: 's1',
      rotate: 'automatic',
      createKey: true,
      keyLifetimeDays: 150,
      record: { hostedZoneId, delegation: { zone: ZONE, selectors: ['s1', 's2'] } },
      gate: { waitSeconds: 100 },
    };
    await passed(deployment.deploy(DOMAIN, list));
  });
  afterAll(() => deployment.close());

  const alias = (selector: string, target = `${recordName(DOMAIN, selector)}.${ZONE}`) =>
    deployment.dns.setRecords(recordName(DOMAIN, selector), 'CNAME', [target]);
  const signsWith = (selector: string) => ({ Status: 'SUCCESS', SigningEnabled: true, Tokens: [selector] });

  /** Days pass; then an audit runs, and what it opens comes to its end. */
  async function pass(days: number): Promise<void> {
    await deployment.sandbox.clock.advance(days * DAY_MS);
    await deployment.invoke({ action: 'audit' });
    for (const minutes of [2, 12, 2]) await deployment.sandbox.clock.advance(minutes * MINUTE_MS);
  }

  it('changes over when its key is due, and the plan after it is empty', async () => {
    await pass(80);
    expect(await deployment.dkim(DOMAIN)).toMatchObject(signsWith('s1'));
    await pass(11);
    expect(await deployment.dkim(DOMAIN)).toMatchObject(signsWith('s2'));
    expect(deployment.armed()).toEqual([]);
    expect((await deployment.plan(DOMAIN, list)).exitCode).toBe(0);
    await pass(8);
    const { turn } = await deployment.ledger(DOMAIN);
    expect(turn).toMatchObject({ selector: 's1', stage: 'revoked' });
    expect((await deployment.plan(DOMAIN, list)).exitCode).toBe(0);
  });

  it('ends where it began where DNS is dead, and tells somebody', async () => {
    const { inForce, owner } = await deployment.ledger(DOMAIN);
    alias('s1', 'nowhere.example.com');
    await pass(90);
    expect(await deployment.dkim(DOMAIN)).toMatchObject(signsWith('s2'));
    expect(await deployment.ledger(DOMAIN)).toMatchObject({ open: null, inForce, owner });
    const failed = deployment.notices('result').filter(({ subject = '' }) => subject.includes('failed'));
    expect(failed).toHaveLength(1);
    expect(deployment.armed()).toEqual([]);
    expect((await deployment.plan(DOMAIN, list)).exitCode).toBe(0);
  });

  it('goes back at a destroy, and leaves nothing in the zone', async () => {
    await passed(deployment.destroy(DOMAIN, list));
    expect(await deployment.dkim(DOMAIN)).toBeNull();
  });
});
