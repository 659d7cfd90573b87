import { Resolver } from 'node:dns/promises';
import { CommanderError } from 'commander';
import { ownKey } from '../../../sandbox/__tests__/signing-key';
import { createProgram } from '../../cli/program';
import { type Practice, startPractice } from '../../practice/practice';

const DKIM = 's1._domainkey.example.com';

let practice: Practice;
beforeAll(async () => {
  practice = await startPractice({ zones: ['example.com', 'example.net'] });
});
afterAll(() => practice.close());

/** A command in another terminal, which has sourced the file. */
async function sandbox(...args: string[]): Promise<string> {
  const lines: string[] = [];
  const program = createProgram({
    environment: practice.environment,
    print: (line) => lines.push(line),
    ended: async () => {},
  });
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({ writeErr: () => {} });
  }
  await program.parseAsync(args, { from: 'user' });
  return lines.join('\n');
}

/** Node's own resolver, asking the sandbox's DNS. */
function resolver(): Resolver {
  const made = new Resolver({ timeout: 1000, tries: 2 });
  made.setServers([practice.dns.address]);
  return made;
}
const texts = (name: string): Promise<string[]> =>
  resolver()
    .resolveTxt(name)
    .then(
      (records) => records.map((strings) => strings.join('')),
      (error: NodeJS.ErrnoException) => [error.code!],
    );
const call = (service: string, operation: string, input: object) =>
  practice.sandbox.call(service, operation, input);

test('a record is published, in several zones, and withdrawn', async () => {
  const value = `v=DKIM1; k=rsa; p=${'A'.repeat(400)}`;
  await sandbox('publish', DKIM, value);
  await sandbox('publish', 'a.example.net', 'one', 'two');
  const published = [await texts(DKIM), (await texts('a.example.net')).sort()];
  await sandbox('withdraw', DKIM);

  expect(published).toEqual([[value], ['one', 'two']]);
  expect(await texts(DKIM)).toEqual(['ENOTFOUND']);
});

test('an MX record is published and withdrawn, in Route 53 too', async () => {
  const mx = (name: string) =>
    resolver()
      .resolveMx(name)
      .catch(({ code }) => code);
  const zone = { Name: 'mx.example.com', CallerReference: 'mx' };
  await practice.sandbox.call('route53', 'CreateHostedZone', zone);
  for (const name of ['bounce.example.net', 'bounce.mx.example.com']) {
    await sandbox('publish', name, '10 feedback-smtp.ap-northeast-1.amazonses.com', '--type', 'MX');
    expect(await mx(name)).toEqual([
      { priority: 10, exchange: 'feedback-smtp.ap-northeast-1.amazonses.com' },
    ]);
    await sandbox('withdraw', name, '--type', 'MX');
    expect(await mx(name)).toMatch(/ENODATA|ENOTFOUND/);
  }
});

test('an alias leads into a zone in Route 53, whose id is printed', async () => {
  const zoneId = await sandbox('zone', 'keys.example', '--route53');
  expect(zoneId).toMatch(/^Z[0-9A-Z]+$/);
  await sandbox('publish', 'd1.keys.example', 'the key');
  await sandbox('publish', 'd1._domainkey.example.net', 'd1.keys.example', '--type', 'CNAME');
  expect(await resolver().resolveCname('d1._domainkey.example.net')).toEqual(['d1.keys.example']);
  await sandbox('publish', 'alias.keys.example', 'd1.keys.example', '--type', 'CNAME');
  expect(await texts('alias.keys.example')).toEqual(['the key']);
});

test('an existing zone is not emptied', async () => {
  await sandbox('publish', 'kept.example.net', 'kept');
  await expect(sandbox('zone', 'example.net')).rejects.toThrow('The zone example.net already exists.');
  expect(await texts('kept.example.net')).toEqual(['kept']);
});

test('zones in Route 53 are served, and publishing changes them', async () => {
  const zone = { Name: 'zone.example.com', CallerReference: 'x' };
  const { HostedZone } = await call('route53', 'CreateHostedZone', zone);
  const record = {
    Name: 's1.zone.example.com',
    Type: 'TXT',
    TTL: 60,
    ResourceRecords: [{ Value: '"one " "string"' }],
  };
  await call('route53', 'ChangeResourceRecordSets', {
    HostedZoneId: HostedZone.Id.split('/').at(-1),
    ChangeBatch: { Changes: [{ Action: 'CREATE', ResourceRecordSet: record }] },
  });
  const served = await texts('s1.zone.example.com');
  const said = await sandbox('publish', 's1.zone.example.com', 'another');
  const changed = await texts('s1.zone.example.com');
  await sandbox('withdraw', 's1.zone.example.com');

  expect(served).toEqual(['one string']);
  expect(said).toContain('published in Route 53');
  expect(changed).toEqual(['another']);
  expect(await texts('s1.zone.example.com')).toEqual(['ENOTFOUND']);
});

test('SES takes the configured time, by a clock that can be advanced', async () => {
  const EmailIdentity = 'example.net';
  const status = async () => (await call('ses', 'GetEmailIdentity', { EmailIdentity })).DkimAttributes.Status;
  await sandbox('ses', '27h');
  await call('ses', 'CreateEmailIdentity', { EmailIdentity });
  await call('ses', 'PutEmailIdentityDkimSigningAttributes', { EmailIdentity, ...ownKey() });
  const looked = () => practice.dns.log.filter(({ name }) => name === 's1._domainkey.example.net').length;
  await sandbox('later', '1d2h30m');
  await status();
  const early = looked();
  await sandbox('later', '40m');
  await status();
  await sandbox('ses', '0s');

  expect(early).toBe(0);
  expect(looked()).toBeGreaterThan(0);
});

test('a call fails as configured, after the configured number of calls, until the faults are cleared', async () => {
  const list = () =>
    call('ses', 'ListEmailIdentities', {}).then(
      () => 'done',
      ({ name }: Error) => name,
    );
  await sandbox('fault', 'ses:ListEmailIdentities', 'deny', '--after', '1', '--everybody');
  const faulted = [await list(), await list()];
  await sandbox('heal');

  expect(faulted).toEqual(['done', 'AccessDeniedException']);
  expect(await list()).toBe('done');
});

test('messages to a topic are listed with their recipients', async () => {
  const { TopicArn } = await call('sns', 'CreateTopic', { Name: 'dns' });
  const empty = await sandbox('mailbox');
  await call('sns', 'Subscribe', { TopicArn, Protocol: 'email', Endpoint: 'dns-team@example.com' });
  await call('sns', 'Publish', { TopicArn, Message: 'too early' });
  const confirmed = await sandbox('confirm', 'dns-team@example.com');
  await call('sns', 'Publish', { TopicArn, Subject: 'A record', Message: 'to publish' });

  expect(empty).toBe('No messages yet.');
  expect(confirmed).toBe('dns-team@example.com has confirmed: dns');
  expect(await sandbox('mailbox')).toMatch(
    /dns → no confirmed subscriber\ntoo early\n.*dns → dns-team@example\.com\nA record\nto publish$/,
  );
  await expect(sandbox('confirm', 'dns-team@example.com')).rejects.toThrow('no subscription that waits');
});

test('subscriptions are confirmed in the region of their topic', async () => {
  const subscribe = { Protocol: 'email', Endpoint: 'both@example.com' };
  for (const region of ['ap-northeast-1', 'us-east-1']) {
    const { TopicArn } = await practice.sandbox.call('sns', 'CreateTopic', { Name: region }, { region });
    await practice.sandbox.call('sns', 'Subscribe', { TopicArn, ...subscribe }, { region });
  }
  expect(await sandbox('confirm', 'both@example.com')).toBe(
    'both@example.com has confirmed: ap-northeast-1, us-east-1',
  );
});

test.each([
  ['a time that is none', ['later', '5x']],
  ['a pace of SES that is none', ['ses', 'banana']],
  ['an operation that SES does not have', ['fault', 'ses:getemailidentity', 'throttle']],
  ['a service that there is not', ['fault', 'ec2:RunInstances', 'throttle']],
  ['a kind of fault that there is not', ['fault', 'ses:*', 'explode']],
])('refuses %s before any request', async (_what, args) => {
  // As commander prints it, without a stack.
  const refused = sandbox(...args);
  await expect(refused).rejects.toBeInstanceOf(CommanderError);
  await expect(refused).rejects.toThrow(/^error: command-argument value '.*' is invalid/);
});

test('fails in one sentence if no sandbox is named, or none answers', async () => {
  const run = (environment: Record<string, string>) =>
    createProgram({ environment, print: () => {}, ended: async () => {} }).parseAsync(['heal'], {
      from: 'user',
    });

  await expect(run({})).rejects.toThrow(/^SANDBOX_URL is not set\. Source the file .*start a sandbox\.$/);
  await expect(run({ SANDBOX_URL: 'http://127.0.0.1:1' })).rejects.toThrow(
    /^No sandbox answers at .*Start one with npm run sandbox\.$/,
  );
});
