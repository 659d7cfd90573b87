import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { controlStackId } from '../../../list/domain-list';
import { openClients } from '../../../tools/conformance/account';
import { AccountStage } from '../../../tools/conformance/account-stage';
import { probeVerification } from '../../../tools/conformance/probes';
import { Recorder } from '../../../tools/conformance/recorder';
import { Refused } from '../../../tools/conformance/recording';
import { type RunOptions, run } from '../../../tools/conformance/run';
import { openSandboxAccount, type SandboxAccount } from '../../../tools/conformance/sandbox-account';
import { byodkim } from '../../../tools/demo/byodkim';
import { ADMIN } from '../../support/deployment';

const DOMAIN = 'test.example.com';
const REGION = 'ap-northeast-1';

let account: SandboxAccount;
let folder: string;
let said: string[];
const before = { ...process.env };

beforeAll(async () => {
  account = await openSandboxAccount(DOMAIN, REGION);
});
afterAll(async () => {
  await account.close();
});
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'byodkim-conformance-'));
  said = [];
});
afterEach(() => {
  Object.assign(process.env, account.sandbox.environment);
  rmSync(folder, { recursive: true, force: true });
});
afterAll(() => {
  for (const name of Object.keys(account.sandbox.environment)) {
    if (before[name] === undefined) delete process.env[name];
    else process.env[name] = before[name];
  }
});

const options = (more: Partial<RunOptions> = {}): RunOptions => ({
  domain: DOMAIN,
  region: REGION,
  record: path.join(folder, 'recording.json'),
  folder,
  ...more,
});
const start = (more?: Partial<RunOptions>) => run(options(more), { say: (text) => said.push(text) }, account);

/** Calls that change something in the account. */
const changes = (): string[] =>
  account.sandbox.calls
    .filter(({ operation }) => !/^(Get|List|Describe|Head)/.test(operation))
    .map(({ service, operation }) => `${service}:${operation}`);

describe('a conformance run', () => {
  it.each<[string, Partial<RunOptions>, RegExp]>([
    [
      'in the wrong account',
      { account: '999988887777' },
      /credentials of account 123456789012; the run is for 999988887777/,
    ],
    ['for what is no domain', { domain: 'example' }, /"example" is no domain/],
    ['in what is no region', { region: 'tokyo' }, /In which region\? Pass --region/],
    ['for a zone that is not there', { hostedZone: 'Z1' }, /no hosted zone Z1/],
  ])('is refused %s, before anything is made', async (_, more, says) => {
    const refused = start(more);
    await expect(refused).rejects.toThrow(says);
    await expect(refused).rejects.toThrow(Refused);
    expect(changes()).toEqual([]);
  });

  it('first checks what SES verifies in two regions, and removes the identities for that', async () => {
    const clients = ([REGION, 'us-east-1'] as const).map(
      (region) => [region, openClients(region, new Recorder(() => ({})))] as const,
    );
    const { publish } = account.publisher;
    const ask = () =>
      probeVerification({
        regions: Object.fromEntries(clients),
        domain: DOMAIN,
        publish,
        later: account.later,
      });
    const answers = async () => (await ask()).map(({ answer }) => answer);
    const both = 'ap-northeast-1: SUCCESS, us-east-1: SUCCESS';
    account.sandbox.sesRate.requestsPerSecond = Number.POSITIVE_INFINITY;
    expect(await answers()).toEqual([both, 'SUCCESS', 'SUCCESS']);
    account.sandbox.sesRate.requestsPerSecond = 1;
    for (const [region] of clients) {
      const { EmailIdentities } = await account.sandbox.call('ses', 'ListEmailIdentities', {}, { region });
      expect(EmailIdentities).toEqual([]);
    }
  });

  it('that is interrupted while it asks removes what it made, and records the answers until then', async () => {
    const interrupted = new AbortController();
    let pauses = 0;
    const later = (minutes: number) => {
      pauses += 1;
      if (pauses === 3) interrupted.abort();
      return account.later(minutes);
    };
    const person = { say: (text: string) => said.push(text), signal: interrupted.signal };
    const interrupting = run(options(), person, { ...account, later });
    await expect(interrupting).rejects.toThrow(
      'Interrupted. Nothing is left behind, and the recording has the answers until then.',
    );
    const { sending } = JSON.parse(readFileSync(path.join(folder, 'recording.json'), 'utf8'));
    expect(sending).toHaveLength(4);
    expect(sending[0]).toMatchObject({ change: 'first key', seconds: 0, answer: 'MessageRejected' });
    const { EmailIdentities } = await account.sandbox.call('ses', 'ListEmailIdentities', {});
    expect(EmailIdentities).toEqual([]);
    expect(readdirSync(folder)).toEqual(['recording.json']);
  });

  it('that was interrupted is cleaned up by the next call, which leaves nothing behind', async () => {
    const place = path.join(folder, `123456789012-${REGION}-${DOMAIN}`);
    const stage = new AccountStage({
      ...{ caller: { account: '123456789012', arn: ADMIN }, region: REGION, domain: DOMAIN, folder: place },
      ...{ clients: openClients(REGION, new Recorder(() => ({}))), publisher: account.publisher },
      ...{ environment: account.environment, later: account.later },
    });
    stage.writeList({ selector: 's1' });
    const deployed = await byodkim(stage, ['deploy', controlStackId(REGION)], () => {});
    expect(deployed.exitCode).toBe(0);
    await stage.storeKey('s1', { privateKey: 'key', publicKey: 'MIIB' } as never);

    await expect(start()).rejects.toThrow(
      'The earlier run is cleaned up. Run the same command again to begin anew.',
    );
    expect(said[0]).toContain('An earlier run was interrupted');
    const { Buckets } = await account.sandbox.call('s3', 'ListBuckets', {});
    const { Roles } = await account.sandbox.call('iam', 'ListRoles', {});
    const { ScheduleGroups } = await account.sandbox.call('scheduler', 'ListScheduleGroups', {});
    expect([Buckets, Roles, ScheduleGroups.map(({ Name }: any) => Name)]).toEqual([[], [], ['default']]);
    expect(existsSync(place)).toBe(false);
    expect(readdirSync(folder)).toEqual([]);
  });
});
