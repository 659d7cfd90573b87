import { S3Client } from '@aws-sdk/client-s3';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { emailIdentities } from '../../handlers/aws/email-identity';
import { objectStore } from '../../handlers/aws/object-store';
import { schedules } from '../../handlers/aws/schedules';
import type { Services } from '../../handlers/aws/services';
import { tenants } from '../../handlers/aws/tenants';
import { withAwsErrors } from '../../handlers/aws/with-aws-errors';
import { recordName } from '../../handlers/contract/contract';
import { startSandbox } from '../../packages/sandbox/aws/sandbox';
import type { SchedulerService } from '../../packages/sandbox/aws/services/scheduler';
import { startDnsServer } from '../../packages/sandbox/dns/server';
import { BUCKET, FakeCloud, testKey } from './world';

/** AWS as the function sees it, however it is simulated. */
interface SimulatedAws {
  /** One after the other: in memory each is an invocation of its own. */
  use<T>(work: (services: Omit<Services, 'topics'>) => Promise<T>): Promise<T>;
  /** An identity that has Easy DKIM, verified. */
  createIdentity(domain: string): Promise<void>;
  /** A tenant holds the identity. */
  hold(domain: string): Promise<void>;
  publish(name: string, value: string): void;
  later(ms: number): Promise<void>;
  /** Names of the schedules that wait. */
  armed(): string[];
  now(): number;
  close(): Promise<void>;
}

const REGION = 'ap-northeast-1';
const HOUR_MS = 3_600_000;

async function inMemory(): Promise<SimulatedAws> {
  const cloud = new FakeCloud();
  return {
    use: (work) => cloud.run((world) => work(world.services('', REGION, world.clock))),
    createIdentity: async (domain) => cloud.ses.give(domain),
    hold: async (domain) => cloud.ses.tamper(domain, { tenants: ['acme'] }),
    publish: (name, value) => cloud.dns.publish(name, value),
    later: (ms) => cloud.clock.advance(ms),
    armed: () => cloud.scheduler.pending().map(({ name }) => name),
    now: () => cloud.clock.now(),
    close: async () => {},
  };
}

/** The sandbox, through the function's own adapters and the SDK's clients. */
async function overTheWire(): Promise<SimulatedAws> {
  const dns = await startDnsServer({ zones: { 'example.com': {} } });
  const sandbox = await startSandbox({
    dns: [dns.address],
    region: REGION,
    sesRequestsPerSecond: Number.POSITIVE_INFINITY,
  });
  const trust = (service: string) => ({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
  });
  const { Role } = await sandbox.call('iam', 'CreateRole', {
    RoleName: 'scheduler',
    AssumeRolePolicyDocument: JSON.stringify(trust('scheduler.amazonaws.com')),
  });
  await sandbox.call('scheduler', 'CreateScheduleGroup', { Name: 'byodkim' });
  await sandbox.call('s3', 'CreateBucket', {
    Bucket: BUCKET,
    CreateBucketConfiguration: { LocationConstraint: REGION },
  });
  await sandbox.call('s3', 'PutBucketVersioning', {
    Bucket: BUCKET,
    VersioningConfiguration: { Status: 'Enabled' },
  });
  const settings = {
    region: sandbox.region,
    endpoint: sandbox.url,
    credentials: sandbox.credentials.admin,
    maxAttempts: 1,
  };
  const [ses, s3, scheduler] = [
    new SESv2Client(settings),
    new S3Client({ ...settings, forcePathStyle: true }),
    new SchedulerClient(settings),
  ];
  const arnOf = (domain: string) => `arn:aws:ses:${REGION}:${sandbox.accountId}:identity/${domain}`;
  const services = {
    identities: emailIdentities(ses),
    tenants: tenants(ses, arnOf),
    store: objectStore(s3),
    schedules: schedules(scheduler, {
      group: 'byodkim',
      roleArn: Role.Arn,
      invokedFunctionArn: `arn:aws:lambda:${REGION}:${sandbox.accountId}:function:ses-byodkim:$LATEST`,
    }),
  };
  return {
    // As the function has them.
    use: (work) => work(withAwsErrors(services as Services, REGION)),
    createIdentity: async (domain) => {
      await sandbox.call('ses', 'CreateEmailIdentity', { EmailIdentity: domain });
      await sandbox.clock.advance(HOUR_MS);
    },
    hold: async (domain) => {
      await sandbox.call('ses', 'CreateTenant', { TenantName: 'acme' });
      const association = { TenantName: 'acme', ResourceArn: arnOf(domain) };
      await sandbox.call('ses', 'CreateTenantResourceAssociation', association);
    },
    publish: (name, value) => dns.setTxt(name, value),
    later: async (ms) => {
      await sandbox.clock.advance(ms);
    },
    armed: () =>
      sandbox
        .service<SchedulerService>('scheduler')
        .schedules()
        .map(({ Name }) => Name),
    now: () => sandbox.clock.now(),
    close: async () => {
      for (const client of [ses, s3, scheduler]) client.destroy();
      await sandbox.close();
      await dns.close();
    },
  };
}

/**
 * What both simulations of AWS must do alike: the fast one in memory, which most tests of the handler run on, and the
 * sandbox, which AWS's own models hold. What is said here once is true of both, so neither can drift alone.
 */
describe.each([
  ['the cloud in memory', inMemory],
  ['the sandbox over the wire', overTheWire],
])('%s', (_, start) => {
  let aws: SimulatedAws;
  beforeEach(async () => {
    aws = await start();
  });
  afterEach(() => aws.close());

  describe('S3', () => {
    const place = { bucket: BUCKET, key: 'folder/one' };
    const put = (body: string, options = {}) => aws.use(({ store }) => store.put(place, body, options));
    const text = async (versionId?: string) => {
      const found = await aws.use(({ store }) => store.get({ ...place, versionId }, 1000));
      return found && Buffer.from(found.body).toString();
    };

    test('has nothing before the first write', async () => {
      expect(await text()).toBeNull();
      expect(await aws.use(({ store }) => store.head(place))).toBeNull();
      expect(await aws.use(({ store }) => store.list(BUCKET, 'folder/'))).toEqual([]);
    });

    test('keeps each version, and gives it one name in put, get and head', async () => {
      const first = await put('first');
      const second = await put('second');
      expect(first!.versionId).not.toBe(second!.versionId);
      expect([await text(), await text(first!.versionId)]).toEqual(['second', 'first']);
      expect(await aws.use(({ store }) => store.head(place))).toMatchObject(second!);
      expect(await aws.use(({ store }) => store.get(place, 1000))).toMatchObject(second!);
    });

    test('reads nothing of an object that is too large, and continues', async () => {
      const get = (most: number) => aws.use(({ store }) => store.get(place, most));
      await put('x'.repeat(1_000_001));
      await expect(get(1_000_000)).rejects.toMatchObject({
        code: 'DEPENDENCY_FAILED',
        facts: { problem: { kind: 'too-large', most: 1_000_000, bytes: 1_000_001 } },
      });
      expect((await get(1_000_001))!.body).toHaveLength(1_000_001);
    });

    test('writes under a condition only if it holds', async () => {
      expect(await put('never', { ifMatch: '"0123456789abcdef0123456789abcdef"' })).toBeNull();
      const first = await put('first', { ifAbsent: true });
      expect(await put('again', { ifAbsent: true })).toBeNull();
      const second = await put('second', { ifMatch: first!.etag });
      expect(await put('late', { ifMatch: first!.etag })).toBeNull();
      expect(await text()).toBe('second');
      expect(await put('third', { ifMatch: second!.etag })).not.toBeNull();
    });

    test('lists keys below a prefix in order, as many as requested', async () => {
      for (const key of ['b/2', 'a/1', 'b/1', 'b/3'])
        await aws.use(({ store }) => store.put({ bucket: BUCKET, key }, 'x'));
      expect(await aws.use(({ store }) => store.list(BUCKET, 'b/'))).toEqual(['b/1', 'b/2', 'b/3']);
      expect(await aws.use(({ store }) => store.list(BUCKET, 'b/', 2))).toEqual(['b/1', 'b/2']);
    });

    test('reads nothing from a missing bucket, and refuses to write into it', async () => {
      const elsewhere = { bucket: 'not-there', key: 'one' };
      expect(await aws.use(({ store }) => store.get(elsewhere, 1000))).toBeNull();
      expect(await aws.use(({ store }) => store.list('not-there', ''))).toEqual([]);
      await expect(aws.use(({ store }) => store.put(elsewhere, 'x'))).rejects.toMatchObject({
        code: 'DEPENDENCY_FAILED',
        message: expect.stringContaining('NoSuchBucket'),
      });
    });
  });

  describe('SES', () => {
    const domain = 'example.com';
    const key = testKey('s1');
    const state = (of = domain) => aws.use(({ identities }) => identities.get(of));
    const putExternal = (given: Parameters<Services['identities']['putExternal']>[2] = key) =>
      aws.use(({ identities }) => identities.putExternal(domain, 's1', given));

    test('does not know an identity that nobody made, and refuses to change it', async () => {
      expect(await state()).toBeNull();
      await expect(putExternal()).rejects.toMatchObject({
        code: 'SES_UPDATE_FAILED',
        message: expect.stringContaining('NotFoundException'),
      });
    });

    test('finds the tenants of an identity, and refuses its delete while there are any', async () => {
      const holding = () => aws.use(({ tenants }) => tenants.holding(domain, 5));
      expect(await holding()).toEqual([]);
      await aws.createIdentity(domain);
      expect(await holding()).toEqual([]);
      await aws.hold(domain);
      const arn = expect.stringMatching(/^arn:aws:ses:.*:identity\/example\.com$/);
      expect(await holding()).toEqual([{ tenant: 'acme', arn }]);
      await expect(aws.use(({ identities }) => identities.remove(domain))).rejects.toMatchObject({
        code: 'DEPENDENCY_FAILED',
        message: expect.stringContaining('it has tenant associations'),
      });
    });

    test('looks the key up in DNS, and reports PENDING until it finds it', async () => {
      await aws.createIdentity(domain);
      expect(await putExternal()).toEqual({ status: 'NOT_STARTED', tokens: ['s1'] });
      await aws.later(60_000);
      expect(await state()).toMatchObject({ origin: 'EXTERNAL', selector: 's1', status: 'PENDING' });
      aws.publish(recordName(domain, 's1'), key.value);
      await aws.later(HOUR_MS);
      expect(await state()).toMatchObject({ origin: 'EXTERNAL', tokens: ['s1'], status: 'SUCCESS' });
    });

    test('accepts any key, verifies only the published one, and gives up after 72 hours', async () => {
      await aws.createIdentity(domain);
      aws.publish(recordName(domain, 's1'), testKey('s2').value);
      expect(await putExternal()).toMatchObject({ status: 'NOT_STARTED' });
      await aws.later(71 * HOUR_MS);
      expect(await state()).toMatchObject({ status: 'PENDING' });
      await aws.later(2 * HOUR_MS);
      expect(await state()).toMatchObject({ origin: 'EXTERNAL', status: 'FAILED' });
    });

    test('returns to Easy DKIM with its three tokens', async () => {
      await aws.createIdentity(domain);
      await putExternal();
      const answer = await aws.use(({ identities }) => identities.putEasyDkim(domain));
      expect(answer.tokens).toHaveLength(3);
      expect(await state()).toMatchObject({ origin: 'AWS_SES', tokens: answer.tokens });
      expect(await state()).not.toHaveProperty('selector');
    });

    test('makes an identity with our tags unless there is one, and deletes it whether or not it is there', async () => {
      await aws.createIdentity('there.example.com');
      const create = (name: string) => aws.use(({ identities }) => identities.create(name));
      expect(await create('there.example.com')).toBe(false);
      expect(await create(domain)).toBe(true);
      await aws.later(HOUR_MS);
      expect(await state()).toMatchObject({ managed: true, made: true, origin: 'AWS_SES', enabled: true });
      expect(await state('there.example.com')).not.toHaveProperty('made');
      const remove = () => aws.use(({ identities }) => identities.remove(domain));
      await remove();
      await remove();
      expect(await state()).toBeNull();
    });

    test('switches signing off and on, whatever the key', async () => {
      await aws.createIdentity(domain);
      const enable = (enabled: boolean) =>
        aws.use(({ identities }) => identities.setSigningEnabled(domain, enabled));
      await enable(false);
      expect(await state()).toMatchObject({ origin: 'AWS_SES', enabled: false });
      await putExternal();
      expect(await state()).toMatchObject({ origin: 'EXTERNAL', enabled: false });
      await enable(true);
      expect(await state()).toMatchObject({ origin: 'EXTERNAL', enabled: true });
    });
  });

  describe('EventBridge Scheduler', () => {
    const create = (name: string) =>
      aws.use(({ schedules: api }) => api.create({ name, at: aws.now() + HOUR_MS, payload: { name } }));

    test('keeps the first schedule of a name, and removes one whether or not it exists', async () => {
      await create('one');
      await create('one');
      await create('two');
      expect(aws.armed().sort()).toEqual(['one', 'two']);
      const remove = () => aws.use(({ schedules: api }) => api.remove('one'));
      await remove();
      await remove();
      expect(aws.armed()).toEqual(['two']);
    });

    test.each(['a'.repeat(65), 'with space', 'ü'])(
      'refuses the name %s, as AWS’s model requires',
      async (name) => {
        await expect(create(name)).rejects.toMatchObject({
          code: 'DEPENDENCY_FAILED',
          message: expect.stringContaining('ValidationException'),
        });
        expect(aws.armed()).toEqual([]);
      },
    );
  });
});
