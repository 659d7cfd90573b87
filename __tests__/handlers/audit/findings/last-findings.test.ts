/** A findings.json of an earlier function, or one that somebody else has written. */
import { type LastFindings, understood } from '../../../../handlers/audit/findings/last-findings';
import { ledgerObject } from '../../../../handlers/contract/contract';
import { BUCKET, type FakeCloud, REGION, TOPICS } from '../../../support/world';
import { auditedCloud, giveManagedDomain } from '../managed-domain';

const DAY_MS = 86_400_000;
const FINDINGS = 'byodkim-audit/findings.json';
const DOMAIN = 'a.example';
const PLACE = `${REGION}/${DOMAIN}`;
const NOW = Date.parse('2025-09-17T10:30:00Z');
const FOUND = {
  severity: 'urgent',
  code: 'RECORD_MISSING',
  facts: {},
  found: 'x',
  todo: 'y',
  since: '2025-09-17T00:00:00Z',
};
const ID = `${PLACE} RECORD_MISSING`;
const WHOLE = {
  format: 1,
  wholeAt: '2025-09-17T00:00:00Z',
  managed: [PLACE],
  summary: '2025-09',
  findings: { [ID]: FOUND },
  heals: { [PLACE]: ['2025-09-16'] },
};

const BROKEN: readonly [string, object, keyof LastFindings][] = [
  ['wholeAt is years ahead', { wholeAt: '9999-01-01T00:00:00Z' }, 'wholeAt'],
  ['wholeAt is no time', { wholeAt: 'x' }, 'wholeAt'],
  ['managed is missing, as an earlier function wrote it', { managed: undefined }, 'managed'],
  ['managed is a text', { managed: 'x' }, 'managed'],
  ['managed holds null', { managed: [null] }, 'managed'],
  ['summary is a number', { summary: 9 }, 'summary'],
  ['findings is a text', { findings: 'x' }, 'findings'],
  ['a finding is null', { findings: { [ID]: null } }, 'findings'],
  ['a finding has no sentence', { findings: { [ID]: { ...FOUND, found: undefined } } }, 'findings'],
  ['a finding begins in the future', { findings: { [ID]: { ...FOUND, since: '9999-01-01' } } }, 'findings'],
  ['a finding is under another name', { findings: { x: FOUND } }, 'findings'],
  ['heals is missing', { heals: undefined }, 'heals'],
  ['heals holds a text', { heals: { [PLACE]: 'x' } }, 'heals'],
];

describe('the last findings', () => {
  it('are read as they were written', () => {
    const { format: _, ...parts } = WHOLE;
    expect(understood(WHOLE, NOW)).toMatchObject({ last: parts, unknown: [] });
  });

  it('keep a finding of a newer function', () => {
    const newer = { ...FOUND, code: 'NEW_CODE', more: 1 };
    const { last, unknown } = understood({ ...WHOLE, findings: { [`${PLACE} NEW_CODE`]: newer } }, NOW);
    expect(last.findings).toEqual({ [`${PLACE} NEW_CODE`]: newer });
    expect(unknown).toEqual([]);
  });

  it.each(BROKEN)('lose only one part: %s', (_, broken, part) => {
    const { last, unknown } = understood({ ...WHOLE, ...broken }, NOW);
    expect(unknown).toEqual([part]);
    const kept = Object.keys(WHOLE).filter((each) => each !== part) as (keyof LastFindings)[];
    for (const each of kept) expect(last[each]).toEqual(WHOLE[each]);
  });
});

describe('an audit that finds them broken', () => {
  let cloud: FakeCloud;
  beforeEach(() => {
    cloud = auditedCloud();
    giveManagedDomain(cloud, DOMAIN);
  });
  const audit = () => cloud.invoke({ action: 'audit', scheduled: true });

  it.each(BROKEN)('continues, reports that once, and writes them anew: %s', async (_, broken, part) => {
    cloud.s3.write(BUCKET, FINDINGS, JSON.stringify({ ...WHOLE, findings: {}, ...broken }));
    await audit();
    const [first] = cloud.sns.to(TOPICS.audit);
    expect(first?.message).toContain(`were not understood, as after an upgrade: ${part}`);
    await cloud.clock.advance(DAY_MS);
    await audit();
    const rest = cloud.sns.to(TOPICS.audit).slice(1);
    expect(rest.map(({ subject }) => subject).filter((subject) => subject.includes('ACTION'))).toEqual([]);
    expect(understood(cloud.s3.json(BUCKET, FINDINGS), cloud.clock.now()).unknown).toEqual([]);
  });

  it('does not let a time years ahead hide that SES has given up', async () => {
    const ledger = cloud.s3.json(BUCKET, ledgerObject(REGION, DOMAIN));
    const seen = { status: 'SUCCESS', enabled: true, person: null };
    cloud.s3.write(BUCKET, ledgerObject(REGION, DOMAIN), JSON.stringify({ ...ledger, seen }));
    cloud.ses.tamper(DOMAIN, { status: 'FAILED', enabled: false });
    cloud.s3.write(
      BUCKET,
      FINDINGS,
      JSON.stringify({ ...WHOLE, findings: {}, wholeAt: '9999-01-01T00:00:00Z' }),
    );
    const { domains } = await cloud.invoke({ action: 'known', domains: [DOMAIN] }, 'read');
    expect(domains).toMatchObject([{ why: { kind: 'finding', code: 'LAST_FINDINGS_UNREADABLE' } }]);
  });
});
