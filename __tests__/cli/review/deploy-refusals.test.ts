import { readFile } from 'node:fs/promises';
import { realWorld } from '../../../cli/real-world/real-world';
import { rotationSettings } from '../../../constructs/identity-props';
import {
  dnsRecordObject,
  madeKeysObject,
  privateKeyObject,
  recordName,
} from '../../../handlers/contract/contract';
import type { ErrorCode } from '../../../handlers/words/errors';
import { readDomainList } from '../../../list/read-list';
import { type DnsServer, startDnsServer } from '../../../packages/sandbox/dns/server';
import { Stack } from '../../handlers/transaction/support';
import { BUCKET, FAILURES, FakeCloud, newTestKey, REGION, testKey } from '../../support/world';
import { functionIn } from '../support/function';
import { Repository } from '../support/repository';
import { byodkim } from '../support/terminal';

const DOMAIN = 'new.example';
const EXISTING = 'identity: existing';
const IN_ROUTE53 = 'createKey: true, record: { hostedZoneId: Z0123456789ABCDEFGHIJ }';

/** What is wrong with an account in which the deploy would pass otherwise, and the settings of the entry. */
interface Case {
  readonly settings?: string;
  readonly break: (account: Account) => unknown;
}

interface Account {
  readonly cloud: FakeCloud;
  readonly publish: (selector: string, value?: string) => void;
  readonly misbehave: () => void;
  readonly apply: (settings: string) => Promise<void>;
}

/** Every code: how a deploy meets it before SES is changed, or why a review need not know it. */
const CODES: Readonly<Record<ErrorCode, Case | readonly Case[] | string>> = {
  VALIDATION_ERROR: 'the list is read by the same rules',
  UNSUPPORTED_ACTION: 'a deploy names none',
  NOT_ALLOWED: 'the list is held to its own control.allow, which is deployed first',
  DNS_TXT_NOT_READY: { break: ({ publish }) => publish('s1') },
  DNS_TXT_INVALID: { break: ({ publish }) => publish('s1', 'v=DKIM1; p=') },
  DNS_KEY_MISMATCH: { break: ({ publish }) => publish('s1', newTestKey().value) },
  KEY_REPLACED: {
    settings: EXISTING,
    break: async ({ apply, cloud }) => {
      await apply(EXISTING);
      cloud.s3.write(BUCKET, privateKeyObject(DOMAIN, 's1'), newTestKey().pem);
    },
  },
  KEY_MISSING: {
    settings: EXISTING,
    break: async ({ apply, cloud }) => {
      await apply(EXISTING);
      cloud.s3.deleteObject(BUCKET, privateKeyObject(DOMAIN, 's1'));
    },
  },
  KEY_NOT_MADE_HERE: {
    settings: 'createKey: true',
    break: ({ cloud }) => cloud.s3.remove(BUCKET, madeKeysObject(REGION, DOMAIN)),
  },
  DNS_LOOKUP_FAILED: { break: ({ misbehave }) => misbehave() },
  MAIL_FROM_NOT_READY: { settings: 'mailFrom: { subdomain: bounce }', break: () => undefined },
  MAIL_FROM_INVALID: 'proved by the same code as MAIL_FROM_NOT_READY (review.test.ts)',
  SELECTOR_IN_USE: {
    settings: IN_ROUTE53,
    break: ({ cloud, publish }) => {
      for (const object of [privateKeyObject, dnsRecordObject]) cloud.s3.remove(BUCKET, object(DOMAIN, 's1'));
      publish('s1', testKey('in use').value);
    },
  },
  CERTIFICATE_NOT_FOUND: [
    { break: ({ cloud }) => cloud.s3.remove(BUCKET, privateKeyObject(DOMAIN, 's1')) },
    { break: ({ cloud }) => cloud.s3.remove(BUCKET, dnsRecordObject(DOMAIN, 's1')) },
  ],
  CERTIFICATE_INVALID: {
    break: ({ cloud }) => cloud.s3.write(BUCKET, privateKeyObject(DOMAIN, 's1'), 'no key'),
  },
  ACCESS_DENIED: [
    { settings: EXISTING, break: ({ cloud }) => cloud.ses.give(DOMAIN, { managed: false }) },
    {
      break: ({ cloud }) =>
        cloud.calls.addFault({ action: 's3:GetObject', times: 99, error: FAILURES.denied() }),
    },
  ],
  IDENTITY_NOT_FOUND: { settings: EXISTING, break: ({ cloud }) => cloud.ses.remove(DOMAIN) },
  PRIOR_STATE_NOT_RESTORABLE: {
    settings: EXISTING,
    break: ({ cloud }) => cloud.ses.tamper(DOMAIN, { origin: 'EXTERNAL', tokens: ['k0'] }),
  },
  RECORD_STILL_NEEDED: {
    settings: `selector: s2, ${IN_ROUTE53}`,
    break: async ({ cloud, apply }) => {
      await apply(IN_ROUTE53);
      cloud.giveKey(DOMAIN, 's2', { isMade: true });
    },
  },
  KEY_SHARED:
    'a deploy destroys nothing; a home that has left the list is refused by its state (choose.test.ts)',
  IDENTITY_HAS_TENANTS: 'a deploy deletes no identity',
  CONCURRENT_UPDATE: 'another run ends by itself within a minute',
  SES_UPDATE_FAILED: 'SES is being changed',
  DEPENDENCY_FAILED: 'an outage now says nothing of the time of the deploy',
  VERIFICATION_FAILED: 'SES is being changed',
  VERIFICATION_PENDING: 'SES is being changed',
  ROLLBACK_FAILED: 'SES is being changed',
};

const CASES = Object.entries(CODES).flatMap(([code, cases]) =>
  typeof cases === 'string' ? [] : [cases].flat().map((each, index) => [code, index + 1, each] as const),
);

describe('a review does not call ready what a deploy refuses before any change', () => {
  let dns: DnsServer;
  let repository: Repository;
  let cloud: FakeCloud;

  beforeEach(async () => {
    dns = await startDnsServer({ zones: { [DOMAIN]: {} } });
    repository = new Repository();
    cloud = new FakeCloud();
    cloud.dns.serveFrom([dns.address]);
    cloud.giveKey(DOMAIN, 's1', { key: testKey('s1'), isMade: true });
    cloud.ses.give(DOMAIN);
    publish('s1', testKey('s1').value);
  });
  afterEach(async () => {
    repository.remove();
    await dns.close();
  });

  /** In both: what the command asks, and what the function asks. */
  function publish(selector: string, value?: string): void {
    const name = recordName(DOMAIN, selector);
    if (value === undefined) {
      dns.removeTxt(name);
      cloud.dns.unpublish(name);
      return;
    }
    dns.setTxt(name, value);
    cloud.dns.publish(name, value);
  }

  const write = (settings: string): string =>
    repository.write(
      'domains.yaml',
      [
        'defaults:',
        '  region: ap-northeast-1',
        '  selector: s1',
        `  gate: { nameservers: ['${dns.address}'], resolvers: [] }`,
        'domains:',
        `  ${DOMAIN}: { ${settings} }`,
        '',
      ].join('\n'),
    );

  /** Makes the calls of the entry's stack, as the engine would. */
  async function deploy(settings: string, transaction = 't2'): Promise<void> {
    const [listed] = readDomainList(write(settings)).domains;
    const { selector, createKey, record, mailFrom, identity } = listed!;
    const stack = new Stack(
      cloud,
      { region: 'ap-northeast-1', rotation: rotationSettings(listed!), ...(mailFrom && { mailFrom }) },
      DOMAIN,
    );
    const { refusal } = await stack.create('Inspection', '', selector, {});
    if (refusal) throw Object.assign(new Error(refusal), { name: JSON.parse(refusal).errorType });
    if (createKey || record)
      await stack.create('DkimKey', 'key', selector, { createKey: createKey ?? false, notifyDnsTeam: false });
    if (record) publish(selector, testKey(selector).value);
    await stack.gate(transaction, selector);
    // The stack makes it, with our tag.
    if (identity !== 'existing') cloud.ses.give(DOMAIN);
    await stack.apply(transaction, selector);
  }

  const account = (): Account => ({
    cloud,
    publish,
    misbehave: () => {
      dns.misbehave({ rcode: 'SERVFAIL' });
      cloud.dns.silent.add(dns.address);
    },
    apply: (settings) => deploy(settings, 't1'),
  });

  async function reviewed(settings: string) {
    repository.commit('other.yaml', 'x: 1\n');
    const list = write(settings);
    const json = await byodkim(['review', '--list', list, '--json'], {
      readFile: (place) => readFile(place),
      git: realWorld(new AbortController().signal).git,
      invoke: functionIn(cloud),
    });
    return { exitCode: json.exitCode, readiness: JSON.parse(json.stdout).domains[0].readiness };
  }

  it.each(['', EXISTING, IN_ROUTE53])('both pass: { %s }', async (settings) => {
    if (settings !== EXISTING) cloud.ses.remove(DOMAIN);
    // In Route 53 the stack would not make a record that is there (RECORD_EXISTS).
    if (settings === IN_ROUTE53) publish('s1');
    expect(await reviewed(settings)).toMatchObject({ exitCode: 0 });
    await deploy(settings);
  });

  it.each(CASES)('%s (%i)', async (code, _, { settings = '', break: breakIt }) => {
    if (settings !== EXISTING) cloud.ses.remove(DOMAIN);
    await breakIt(account());
    const found = await reviewed(settings);
    expect(found.exitCode).toBeGreaterThan(0);
    await expect(deploy(settings)).rejects.toMatchObject({ name: code });
  });
});
