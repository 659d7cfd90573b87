import type { MailFromState } from '../../../handlers/aws/email-identity';
import {
  dnsRecordObject,
  ledgerObject,
  privateKeyObject,
  recordName,
} from '../../../handlers/contract/contract';
import { emptyLedger } from '../../../handlers/ledger/ledger';
import { BUCKET, FAILURES, type FakeCloud, REGION, testKey } from '../../support/world';
import { ledgerOf, rewriteLedger, Stack } from '../transaction/support';
import { auditedCloud, giveManagedDomain, KEY, SELECTOR, writeLedger } from './managed-domain';

const DOMAIN = 'example.com';
const NAME = recordName(DOMAIN, SELECTOR);
const KEY_OBJECT = privateKeyObject(DOMAIN, SELECTOR);
const RECORD_OBJECT = dnsRecordObject(DOMAIN, SELECTOR);
const BOUNCE = { domain: 'bounce.example.com', onMxFailure: 'use-default' } as const;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const audit = (cloud: FakeCloud, event = {}) => cloud.invoke({ action: 'audit', ...event });

/** The one domain's report: severity, and code of each finding. */
const findings = async (cloud: FakeCloud): Promise<string[]> => {
  const { domains } = await audit(cloud);
  return domains.flatMap((report: any) =>
    report.findings.map(({ severity, code }: any) => `${severity} ${code}`),
  );
};

const managed = (): FakeCloud => {
  const cloud = auditedCloud();
  giveManagedDomain(cloud, DOMAIN);
  return cloud;
};

/** @param now the state of SES that replaces the deployed one, with its SPF in DNS */
function giveMailFrom(
  cloud: FakeCloud,
  now: Pick<MailFromState, 'domain' | 'onMxFailure'> | undefined,
): void {
  const { owner, ...ledger } = giveManagedDomain(cloud, DOMAIN);
  writeLedger(cloud, { ...ledger, owner: { ...owner!, mailFrom: BOUNCE } });
  if (now === undefined) return;
  cloud.ses.tamper(DOMAIN, { mailFrom: { ...now, status: 'SUCCESS' } });
  cloud.dns.publishOther(now.domain, 'TXT', 'v=spf1 include:amazonses.com ~all');
}

test('a domain without problems has no finding', async () => {
  const cloud = managed();
  expect(await findings(cloud)).toEqual([]);
  expect(cloud.calls.list()).not.toContain(`s3:GetObject s3://${BUCKET}/${KEY_OBJECT}`);
});

test('reports a domain with a huge object next to its key as unchecked, with the reason, and checks the others', async () => {
  const cloud = managed();
  giveManagedDomain(cloud, 'other.example');
  cloud.s3.write(BUCKET, RECORD_OBJECT, 'A'.repeat(100_000));
  const found = expect.stringContaining('expected at most 65536 bytes, found 100000');
  expect(await audit(cloud)).toMatchObject({
    audited: 2,
    domains: [{ domain: DOMAIN, findings: [{ code: 'NOT_CHECKED', found }] }],
  });
});

const tampered = (state: Parameters<FakeCloud['ses']['tamper']>[1]) => (cloud: FakeCloud) =>
  cloud.ses.tamper(DOMAIN, state);

test.each<[string, (cloud: FakeCloud) => void, string[]]>([
  ['its record is gone', (cloud) => cloud.dns.unpublish(NAME), ['urgent RECORD_MISSING']],
  [
    'one name server has lost the record',
    (cloud) => cloud.dns.lagging.add('192.0.2.2:53'),
    ['urgent RECORD_MISSING'],
  ],
  [
    'its record is of another key',
    (cloud) => cloud.dns.publish(NAME, testKey('other').value),
    ['urgent RECORD_OF_OTHER_KEY'],
  ],
  ['its record is revoked', (cloud) => cloud.dns.publish(NAME, 'v=DKIM1; p='), ['urgent RECORD_INVALID']],
  [
    'no name server answers',
    (cloud) => {
      for (const server of cloud.dns.servers) cloud.dns.silent.add(server);
    },
    ['unknown DNS_UNKNOWN'],
  ],
  ['its identity is gone', (cloud) => cloud.ses.remove(DOMAIN), ['urgent IDENTITY_MISSING']],
  [
    'somebody has switched to Easy DKIM',
    (cloud) => cloud.ses.give(DOMAIN, { origin: 'AWS_SES' }),
    ['urgent DRIFT'],
  ],
  [
    'another selector has been set',
    (cloud) => cloud.ses.give(DOMAIN, { origin: 'EXTERNAL', selector: 's0' }),
    ['urgent DRIFT'],
  ],
  ['signing is off', tampered({ enabled: false }), ['urgent SIGNING_OFF']],
  ['its tag is gone', tampered({ managed: false }), ['act NOT_TAGGED']],
  ['SES has given up', tampered({ status: 'FAILED' }), ['urgent NOT_VERIFIED', 'urgent MAY_NOT_SEND']],
  ['SES cannot see the record for now', tampered({ status: 'TEMPORARY_FAILURE' }), ['urgent NOT_VERIFIED']],
  [
    'SES misses the MX record of the MAIL FROM domain',
    tampered({ mailFrom: { ...BOUNCE, status: 'TEMPORARY_FAILURE' } }),
    ['act MAIL_FROM_FAILED'],
  ],
  [
    'SES sends nothing, since it misses the MX record',
    tampered({ mailFrom: { ...BOUNCE, status: 'FAILED', onMxFailure: 'reject' } }),
    ['urgent MAIL_FROM_FAILED'],
  ],
  [
    'nothing, while SES looks for the MX record',
    tampered({ mailFrom: { ...BOUNCE, status: 'PENDING' } }),
    [],
  ],
  [
    'SPF of the MAIL FROM domain is gone',
    tampered({ mailFrom: { ...BOUNCE, status: 'SUCCESS' } }),
    ['act MAIL_FROM_SPF_GONE'],
  ],
  [
    'its MAIL FROM domain was taken away',
    (cloud) => giveMailFrom(cloud, undefined),
    ['act MAIL_FROM_CHANGED'],
  ],
  [
    'its MAIL FROM domain is another one',
    (cloud) => giveMailFrom(cloud, { ...BOUNCE, domain: 'other.example.com' }),
    ['act MAIL_FROM_CHANGED'],
  ],
  [
    'SES is to send nothing without an MX record',
    (cloud) => giveMailFrom(cloud, { ...BOUNCE, onMxFailure: 'reject' }),
    ['urgent MAIL_FROM_CHANGED'],
  ],
  ['nothing, with the MAIL FROM domain that was deployed', (cloud) => giveMailFrom(cloud, BOUNCE), []],
  ['its private key is gone', (cloud) => cloud.s3.remove(BUCKET, KEY_OBJECT), ['act KEY_MISSING']],
  [
    'its private key was written over',
    (cloud) => cloud.s3.write(BUCKET, KEY_OBJECT, testKey('other').pem),
    ['act KEY_REPLACED'],
  ],
  [
    'key and description are gone',
    (cloud) => {
      cloud.s3.remove(BUCKET, KEY_OBJECT);
      cloud.s3.remove(BUCKET, RECORD_OBJECT);
    },
    ['unknown DNS_UNKNOWN', 'act KEY_MISSING'],
  ],
  [
    'nothing, where the key was put back as another version, and the description is gone',
    (cloud) => {
      cloud.s3.remove(BUCKET, KEY_OBJECT);
      cloud.s3.write(BUCKET, KEY_OBJECT, KEY.pem);
      cloud.s3.remove(BUCKET, RECORD_OBJECT);
    },
    [],
  ],
  [
    'SES may not be asked',
    (cloud) => cloud.calls.addFault({ action: 'ses:GetEmailIdentity', error: FAILURES.denied() }),
    ['unknown NOT_CHECKED'],
  ],
  [
    'S3 fails, and yet its identity is known to be gone',
    (cloud) => {
      cloud.ses.remove(DOMAIN);
      cloud.calls.addFault({ action: 's3:HeadObject' });
    },
    ['urgent IDENTITY_MISSING', 'unknown NOT_CHECKED'],
  ],
  [
    'its ledger cannot be read',
    (cloud) => cloud.s3.write(BUCKET, ledgerObject('ap-northeast-1', DOMAIN), '{'),
    ['unknown NOT_CHECKED'],
  ],
])('fails when %s', async (_, breakIt, expected) => {
  const cloud = managed();
  breakIt(cloud);
  expect(await findings(cloud)).toEqual(expected);
});

test.each([
  [395, undefined, []],
  [396, undefined, ['plan KEY_DUE']],
  [456, undefined, ['plan KEY_DUE']],
  [457, undefined, ['act KEY_OVERDUE']],
  [119, 180, []],
  [120, 180, ['plan KEY_DUE']],
  [181, 180, ['act KEY_OVERDUE']],
])(
  'reports a key of %i days if the list sets %j days for its lifetime',
  async (days, keyLifetimeDays, expected) => {
    const cloud = managed();
    rewriteLedger(cloud, (ledger) => ({
      ...ledger,
      owner: { ...ledger.owner!, rotation: { keyLifetimeDays } },
    }));
    await cloud.clock.advance(days * DAY_MS - HOUR_MS);
    expect(await findings(cloud)).toEqual(expected);
  },
);

describe('an open change', () => {
  const CHANGE = {
    resource: 'Signing',
    transaction: 't9',
    domain: DOMAIN,
    selector: 's2',
    stack: 'B1',
  };
  const rotating = async (more = {}): Promise<FakeCloud> => {
    const cloud = managed();
    cloud.giveKey(DOMAIN, 's2');
    await cloud.invoke({ ...CHANGE, ...more });
    return cloud;
  };

  test('that will revert by itself is not a finding', async () => {
    expect(await findings(await rotating())).toEqual([]);
  });

  test('fails if its revert should have fired long ago', async () => {
    const cloud = await rotating();
    await cloud.clock.advance(3_600_000);
    expect(await findings(cloud)).toEqual(['urgent REVERT_OVERDUE']);
  });

  test.each([
    ['is armed again if the retries of its failing revert have ended', 3 * HOUR_MS, 1],
    ['is left to the retries of its failing revert', HOUR_MS, 0],
  ])('%s', async (_, ago, armed) => {
    const cloud = await rotating();
    for (const { name } of cloud.scheduler.pending()) cloud.scheduler.remove(name);
    await cloud.clock.advance(DAY_MS);
    const at = cloud.clock.now() - ago;
    const failing = { code: 'ACCESS_DENIED', what: 'No.', since: at, at, notifiedAt: at } as const;
    rewriteLedger(cloud, (ledger) => ({ ...ledger, open: { ...ledger.open!, failing } }));

    await audit(cloud, { scheduled: true });

    expect(cloud.scheduler.pending().filter(({ name }) => name.startsWith('byodkim-'))).toHaveLength(armed);
  });

  /** A change that its stack has confirmed while SES was looking, and whose schedules are lost. */
  const forgotten = async (status: string): Promise<FakeCloud> => {
    const cloud = managed();
    cloud.giveKey(DOMAIN, 's2');
    cloud.ses.ending = 'never';
    cloud.ses.forgetVerified();
    await cloud.invoke(CHANGE);
    await cloud.invoke({ ...CHANGE, resource: 'Confirmation' });
    for (const { name } of cloud.scheduler.pending()) cloud.scheduler.remove(name);
    cloud.ses.tamper(DOMAIN, { status, verified: status === 'SUCCESS' });
    await cloud.clock.advance(2 * HOUR_MS);
    return cloud;
  };

  test('that SES has since verified is ended, even if its schedule was lost', async () => {
    const cloud = await forgotten('SUCCESS');
    expect((await audit(cloud)).domains).toMatchObject([
      {
        findings: [
          {
            code: 'REVERT_OVERDUE',
            found: expect.stringMatching(/^The change of .* is verified by SES, and .* did not run\.$/),
            todo: expect.stringContaining(`byodkim confirm ${DOMAIN}`),
          },
        ],
      },
    ]);
    await audit(cloud, { scheduled: true });
    await cloud.fireAll();
    expect(ledgerOf(cloud)).toMatchObject({ open: null, inForce: { selector: 's2' } });
    expect(await findings(cloud)).toEqual([]);
  });

  test('that SES has not verified in time is rolled back, even if its schedule was lost', async () => {
    const cloud = await forgotten('PENDING');
    expect((await audit(cloud, { scheduled: true })).domains[0].findings).toMatchObject([
      {
        code: 'REVERT_OVERDUE',
        found: expect.stringMatching(/^The change of .* waits for SES, .* It is armed again for /),
      },
    ]);
    cloud.ses.ending = 'asPublished';
    await cloud.fireAll();
    expect(cloud.ses.state(DOMAIN)).toMatchObject({ selector: SELECTOR, enabled: true });
    expect(await findings(cloud)).toEqual(['act ROLLED_BACK']);
  });

  test('fails if nothing reverts it and it was forgotten', async () => {
    const cloud = await rotating({ confirmTimeoutMinutes: 0 });
    expect(await findings(cloud)).toEqual([]);
    await cloud.clock.advance(25 * 3_600_000);
    expect(await findings(cloud)).toEqual(['act UNCONFIRMED']);
  });

  test('that is running at this moment is not judged by the state of SES', async () => {
    const cloud = auditedCloud();
    const ledger = giveManagedDomain(cloud, DOMAIN);
    const now = cloud.clock.now();
    writeLedger(cloud, { ...ledger, lease: { holder: 'h', acquiredAt: now, expiresAt: now + 30_000 } });
    cloud.ses.give(DOMAIN, { origin: 'AWS_SES' });
    expect(await findings(cloud)).toEqual([]);
  });
});

describe('a domain without a stack', () => {
  const UPDATE = { action: 'update_ses_byodkim_automated', domain: DOMAIN, selector: SELECTOR };
  const updated = async (): Promise<FakeCloud> => {
    const cloud = auditedCloud();
    cloud.ses.give(DOMAIN);
    cloud.giveKey(DOMAIN, SELECTOR);
    await cloud.invoke(UPDATE);
    return cloud;
  };

  test('is audited as well, against the last direct call', async () => {
    const cloud = await updated();
    expect(await findings(cloud)).toEqual([]);
    cloud.dns.unpublish(NAME);
    expect(await findings(cloud)).toEqual(['urgent RECORD_MISSING']);
  });

  test('is judged by the call that stands, not by one that was undone', async () => {
    const cloud = await updated();
    cloud.giveKey(DOMAIN, 's2');
    cloud.calls.addFault({ action: 'ses:PutEmailIdentityDkimSigningAttributes', when: 'after' });
    expect(await cloud.invoke({ ...UPDATE, selector: 's2' })).toMatchObject({ error: 'SES_UPDATE_FAILED' });
    await cloud.fireAll();
    cloud.ses.tamper(DOMAIN, { verified: true });
    expect(await findings(cloud)).toEqual([]);
    cloud.ses.give(DOMAIN, { origin: 'EXTERNAL', selector: 's2' });
    // SES may still show the state from before a change of some seconds ago.
    expect(await findings(cloud)).toEqual([]);
    expect(ledgerOf(cloud).seen).toMatchObject({ person: null });
    await cloud.clock.advance(20_000);
    expect(await findings(cloud)).toEqual(['urgent DRIFT']);
  });
});

test('a domain whose stack was destroyed has no finding', async () => {
  const cloud = auditedCloud();
  cloud.ses.give(DOMAIN);
  cloud.giveKey(DOMAIN, SELECTOR);
  const event = { resource: 'Signing', transaction: 't1', domain: DOMAIN, selector: SELECTOR };
  await cloud.invoke({ ...event, stack: 'B1' });
  await cloud.invoke({ resource: 'Baseline', id: 'B1', domain: DOMAIN, tf: { action: 'delete' } });
  cloud.dns.unpublish(NAME);
  expect(await audit(cloud)).toMatchObject({ audited: 1, needingAttention: 0 });
});

test('fails for a domain that was named but has no ledger', async () => {
  const cloud = managed();
  const { domains, audited } = await audit(cloud, { domains: [DOMAIN, 'other.example'] });
  expect(audited).toBe(2);
  expect(domains).toMatchObject([{ domain: 'other.example', findings: [{ code: 'NOT_MANAGED' }] }]);
});

describe('a change that has just ended', () => {
  test('is not reported as verified if SES has since given up', async () => {
    const cloud = auditedCloud();
    cloud.ses.give(DOMAIN);
    cloud.giveKey(DOMAIN, SELECTOR);
    const stack = new Stack(cloud);
    await stack.claim();
    await stack.apply('t1', SELECTOR);
    cloud.ses.tamper(DOMAIN, { status: 'FAILED', enabled: false });
    const unsettled =
      'The signing state of 1 domain is not final: a change is open or has just ended. The next audit judges it.';

    expect(await audit(cloud)).toMatchObject({ message: unsettled, needingAttention: 0 });
    giveManagedDomain(cloud, 'other.example');
    expect(await audit(cloud)).toMatchObject({
      message: `No problems in 1 domain: records are published, SES has verified, no key is due. ${unsettled}`,
    });
    await cloud.clock.advance(HOUR_MS);
    expect(await audit(cloud)).toMatchObject({
      message: '1 of 2 domains needs attention; no problems in the other 1.',
    });
  });
});

describe('a domain without a change in force', () => {
  const undone = async (): Promise<FakeCloud> => {
    const cloud = auditedCloud();
    cloud.ses.give(DOMAIN);
    cloud.giveKey(DOMAIN, SELECTOR);
    await new Stack(cloud).signing('t1', SELECTOR);
    await cloud.fireAll();
    return cloud;
  };
  const arrives = (cloud: FakeCloud, status: string) =>
    cloud.ses.tamper(DOMAIN, { origin: 'EXTERNAL', tokens: [SELECTOR], enabled: true, status });

  test.each([
    ['SUCCESS', 'act'],
    ['PENDING', 'urgent'],
  ])('is found if SES has a selector that was rolled back, %s', async (status, severity) => {
    const cloud = await undone();
    arrives(cloud, status);
    await cloud.clock.advance(HOUR_MS);

    expect(await findings(cloud)).toEqual([`${severity} SIGNS_AFTER_ROLLBACK`]);
    const { domains } = await audit(cloud);
    expect(domains[0].findings[0].todo).toContain('--signing-attributes-origin AWS_SES');
  });

  test('is found if a later change was rolled back to that selector', async () => {
    const cloud = await undone();
    arrives(cloud, 'SUCCESS');
    cloud.giveKey(DOMAIN, 's2');
    await new Stack(cloud).signing('t2', 's2');
    await cloud.fireAll();
    await cloud.clock.advance(HOUR_MS);

    expect(await findings(cloud)).toEqual(['act SIGNS_AFTER_ROLLBACK']);
  });

  test('is not found if a destroy has restored the same selector, which its owner had set before', async () => {
    const cloud = auditedCloud();
    cloud.ses.give(DOMAIN, { origin: 'EXTERNAL', selector: SELECTOR });
    for (const selector of [SELECTOR, 's2']) cloud.giveKey(DOMAIN, selector);
    const stack = new Stack(cloud);
    await stack.claim();
    await stack.apply('t1', 's2');
    await stack.apply('t2', SELECTOR);
    await stack.destroy();
    await cloud.clock.advance(HOUR_MS);

    expect(cloud.ses.state(DOMAIN)).toMatchObject({ selector: SELECTOR, enabled: true });
    expect(await findings(cloud)).toEqual([]);
  });

  test('is not judged while the rollback may still be running', async () => {
    const cloud = await undone();
    arrives(cloud, 'SUCCESS');
    expect(await findings(cloud)).toEqual([]);
  });

  test('has no finding once it was rolled back or destroyed, and is not reported as verified', async () => {
    const cloud = await undone();
    await cloud.clock.advance(HOUR_MS);

    expect(await audit(cloud)).toMatchObject({
      message: 'No problems in 1 domain: nothing of this project is in force there.',
    });
    giveManagedDomain(cloud, 'other.example');
    expect(await audit(cloud)).toMatchObject({
      message:
        'No problems in 1 domain: records are published, SES has verified, no key is due. In 1 other domain, nothing of this project is in force.',
    });
  });

  test('costs two reads of S3 if a stack has only claimed it', async () => {
    const cloud = managed();
    const invented = Array.from({ length: 5 }, (_, at) => `invented-${at}.example`);
    for (const domain of invented) await new Stack(cloud, {}, domain).claim();
    const before = cloud.calls.list().length;

    expect(await audit(cloud)).toMatchObject({
      message: expect.stringContaining('In 5 other domains, nothing of this project is in force.'),
    });
    const calls = cloud.calls.list().slice(before);
    const ofInvented = calls.filter((call) => call.includes('invented'));
    expect(ofInvented).toHaveLength(2 * invented.length);
    expect(ofInvented.filter((call) => !call.startsWith('s3:GetObject'))).toEqual([]);
    expect(calls.filter((call) => call.startsWith('ses:GetEmailIdentity'))).toHaveLength(1);
  });

  test('is found if it was managed at the last audit, until a deploy records the state of SES', async () => {
    const cloud = auditedCloud();
    cloud.ses.give(DOMAIN);
    cloud.giveKey(DOMAIN, SELECTOR);
    const stack = new Stack(cloud);
    await stack.claim();
    await stack.apply('t1', SELECTOR);
    await cloud.clock.advance(HOUR_MS);
    await audit(cloud, { scheduled: true });
    rewriteLedger(cloud, ({ stacks }) => ({ ...emptyLedger(DOMAIN, REGION), stacks }));

    for (const _ of [1, 2]) {
      await cloud.clock.advance(DAY_MS);
      expect(await findings(cloud)).toEqual(['unknown LEDGER_OUTDATED']);
      await audit(cloud, { scheduled: true });
    }
    await stack.apply('t2', SELECTOR);
    expect(await findings(cloud)).toEqual([]);
    await stack.destroy();
    await cloud.clock.advance(DAY_MS);
    expect(await findings(cloud)).toEqual([]);
  });
});

test('reports the unreadable parts of a ledger once, and writes the ledger anew', async () => {
  const cloud = managed();
  rewriteLedger(cloud, (ledger) => ({ ...ledger, history: 'none' as never, seen: { status: 7 } as never }));
  const reported = async () => {
    const { domains } = await audit(cloud, { scheduled: true });
    return domains.flatMap((each: any) => each.findings.map(({ code, facts }: any) => [code, facts]));
  };
  expect(await reported()).toEqual([['LEDGER_PARTS_UNREADABLE', { parts: ['seen', 'history'] }]]);
  await cloud.clock.advance(DAY_MS);
  expect(await reported()).toEqual([]);
});

test.each([
  ['whose schedule failed since', { code: 'ACCESS_DENIED', what: 'No.' }],
  ['of the change', undefined],
])(
  'reports a failed rollback %s with its beginning and the commands that restore the prior state',
  async (_, why) => {
    const cloud = managed();
    const began = cloud.clock.now() - HOUR_MS;
    const since = began + 600_000;
    rewriteLedger(cloud, (ledger) => ({
      ...ledger,
      last: { at: began, event: 'rollback-failed' },
      open: {
        transaction: 't2',
        source: 'terraform',
        wanted: ledger.inForce!,
        owner: ledger.owner,
        state: 'undoing',
        previous: {
          observedAt: 1,
          origin: 'AWS_SES',
          enabled: true,
          status: 'SUCCESS',
          tokens: [],
          restoration: { kind: 'easy-dkim' },
        },
        armed: { number: 1, schedule: 'x', at: cloud.clock.now() + HOUR_MS },
        startedAt: 1,
        ...(why && { failing: { ...why, since, at: since, notifiedAt: since } }),
      },
    }));

    const { domains } = await audit(cloud);
    const { todo, since: printed } = domains[0].findings.find(({ code }: any) => code === 'ROLLBACK_FAILED');
    expect(printed).toBe(new Date(began).toISOString());
    expect(todo).toContain(`byodkim revert ${DOMAIN}`);
    expect(todo).toContain('--signing-attributes-origin AWS_SES');
  },
);
