/** A zone whose answers end the function's process, at each attempt. */
import { recordName } from '../../../../handlers/contract/contract';
import { BUCKET, type FakeCloud, TOPICS } from '../../../support/world';
import { auditedCloud, giveManagedDomain, SELECTOR } from '../managed-domain';

const SCHEDULED = { action: 'audit', scheduled: true };
const DOMAINS = Array.from({ length: 12 }, (_, at) => `d${String(at).padStart(2, '0')}.example`);
const BROKEN = DOMAINS[11]!;

const cloudWith = (...killers: string[]): FakeCloud => {
  const cloud = auditedCloud();
  for (const domain of DOMAINS) giveManagedDomain(cloud, domain);
  cloud.dns.unpublish(recordName(BROKEN, SELECTOR));
  for (const domain of killers)
    cloud.calls.addFault({
      action: 'dns:Prove',
      resource: new RegExp(`\\b${domain}$`),
      kind: 'kill',
      times: Number.POSITIVE_INFINITY,
    });
  return cloud;
};
const findingsIn = (cloud: FakeCloud): Record<string, string[]> => {
  const object = cloud.s3.keys(BUCKET, 'byodkim-audit/2').at(-1)!;
  const { domains, complete } = cloud.s3.json(BUCKET, object);
  expect(complete).toBe(true);
  expect(domains).toHaveLength(DOMAINS.length);
  return Object.fromEntries(
    domains
      .filter(({ findings }: any) => findings.length > 0)
      .map(({ domain, findings }: any) => [
        domain,
        findings.map(({ code, facts }: any) => (code === 'NOT_CHECKED' ? facts.kind : code)),
      ]),
  );
};

describe('a domain that ends the process', () => {
  test.each([[[DOMAINS[3]!]], [[DOMAINS[0]!]], [[DOMAINS[0]!, DOMAINS[5]!, DOMAINS[6]!, DOMAINS[9]!]]])(
    'is named, and the others are checked: %j',
    async (killers) => {
      const cloud = cloudWith(...killers);
      const first = await cloud.invokeAsync(SCHEDULED);
      // The third attempt leaves the work to a leg that has attempts of its own.
      expect(first).toMatchObject({ complete: false, audited: 0, continuesAt: expect.any(String) });
      const ends = await cloud.fireAll();
      expect(ends.at(-1)).toMatchObject({ complete: true, audited: DOMAINS.length });
      expect(findingsIn(cloud)).toEqual({
        [BROKEN]: ['RECORD_MISSING'],
        ...Object.fromEntries(killers.map((domain) => [domain, ['killed']])),
      });
      const notice = cloud.sns.to(TOPICS.audit).at(-1)!;
      for (const domain of killers) expect(notice.message).toContain(`Run \`byodkim check ${domain} `);
    },
  );

  test('costs the next audit nothing once it is corrected', async () => {
    const cloud = cloudWith(DOMAINS[3]!);
    await cloud.invokeAsync(SCHEDULED);
    await cloud.fireAll();
    cloud.calls.clearFaults();
    expect(await cloud.invokeAsync(SCHEDULED)).toMatchObject({ complete: true, needingAttention: 1 });
    expect(Object.keys(findingsIn(cloud))).toEqual([BROKEN]);
  });
});

test('finishes an audit that ends the process elsewhere, and names the domains that it did not reach', async () => {
  const cloud = cloudWith();
  cloud.calls.addFault({ action: 'dns:Prove', resource: /./, kind: 'kill', times: 2 });
  // Leg 2 has audited each domain, and ends before its report is stored.
  const stored = { action: 's3:PutObject', resource: /byodkim-audit\/2/ };
  cloud.calls.addFault({ ...stored, nth: 2, times: 2, kind: 'kill' });
  await cloud.invokeAsync(SCHEDULED);
  expect((await cloud.fireAll()).at(-1)).toMatchObject({ complete: true });
  expect(findingsIn(cloud)).toEqual(Object.fromEntries(DOMAINS.map((domain) => [domain, ['not-reached']])));
});

describe('an attempt', () => {
  const proving = (cloud: FakeCloud): number => cloud.calls.count('dns:Prove');

  test('is counted for one invocation alone: three audits in a row are three first attempts', async () => {
    const cloud = cloudWith();
    for (let audits = 0; audits < 3; audits += 1)
      expect(await cloud.invoke(SCHEDULED)).toMatchObject({ complete: true });
    expect(proving(cloud)).toBeGreaterThanOrEqual(3 * DOMAINS.length);
  });

  test.each([
    [{ action: 'audit' }, ''],
    [{ action: 'audit' }, 'read'],
  ])('is not recorded if nothing repeats it: %j %s', async (event, alias) => {
    const cloud = cloudWith();
    await cloud.invoke(event, alias);
    expect(cloud.s3.keys(BUCKET, 'byodkim-audit/leg')).toEqual([]);
  });

  test.each(['not JSON', '{}', '{"invocation":"event-0","times":9,"killers":[null]}'])(
    'is the first if the record is not one of ours: %s',
    async (note) => {
      const cloud = cloudWith();
      cloud.s3.write(BUCKET, 'byodkim-audit/leg.json', note);
      expect(await cloud.invokeAsync(SCHEDULED)).toMatchObject({ complete: true });
    },
  );
});
