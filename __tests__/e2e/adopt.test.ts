import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PROJECT_ROOT } from '../../constructs/built-handler';
import { privateKeyObject, recordName, recordValue } from '../../handlers/contract/contract';
import { parseDomainList } from '../../list/read-list';
import { type Sandbox, startSandbox } from '../../packages/sandbox/aws/sandbox';
import { type DnsServer, startDnsServer } from '../../packages/sandbox/dns/server';
import { buildProgram, PROGRAMS } from '../../tools/build/programs';
import { makeKey } from '../support/deployment';
import { Person } from '../support/people';
import { callsOf, granted, unused, used } from '../support/permissions';

const BUCKET = 'old-dkim-keys';
const ZONE = 'example.com';
const key = makeKey('pkcs1');

/** What an account has of one domain. */
interface Kind {
  /** Domains of this kind. */
  readonly count: number;
  /** The selector that SES signs with. @default Easy DKIM */
  readonly external?: string;
  readonly off?: boolean;
  readonly keys?: readonly string[];
  readonly published?: readonly string[];
  /** The selector that is written; or what is printed of it. */
  readonly adopted?: string;
  readonly unclear?: string;
}

const KINDS: Readonly<Record<string, Kind>> = {
  byodkim: { count: 12, external: 's1', keys: ['s1', 's0'], published: ['s1'], adopted: 's1' },
  prepared: { count: 8, keys: ['s2'], published: ['s2'], adopted: 's2' },
  waiting: { count: 3, keys: ['s1'], adopted: 's1' },
  chosen: { count: 3, keys: ['s1', 's2'], published: ['s2'], adopted: 's2' },
  easy: { count: 4, unclear: 'there is no private key: put one' },
  torn: { count: 2, keys: ['s1', 's2'], unclear: 'none of them is published' },
  double: { count: 1, keys: ['s1', 's2'], published: ['s1', 's2'], unclear: 'more than one of them' },
  lost: { count: 3, external: 's1', published: ['s1'], unclear: 'whose private key is not in the key store' },
  gone: { count: 2, external: 's1', keys: ['s1'], unclear: 'no server of DNS has a usable record' },
  off: { count: 2, external: 's1', off: true, keys: ['s1'], published: ['s1'], unclear: 'is switched off' },
};
const domainsOf = (kind: string): string[] =>
  Array.from({ length: KINDS[kind]!.count }, (_, index) => `${kind}${index}.${ZONE}`);

describe('adopt, on an account of forty mixed identities', () => {
  let dns: DnsServer;
  let sandbox: Sandbox;
  let person: Person;
  let folder: string;

  const list = () => `# reviewed by the mail team
control:
  keyStore:
    bucket: { existing: ${BUCKET} }
defaults: { region: ${sandbox.region}, gate: { nameservers: ['${dns.address}'], resolvers: [] } }
domains:
  listed.${ZONE}: # the shop
    selector: s1
    identity: existing # since May

# the end
`;
  const file = () => path.join(folder, 'domains.yaml');

  /** The built command, over HTTP, as somebody of whom IAM knows the documented policy. */
  const byodkim = (...args: string[]): Promise<{ exitCode: number; stdout: string; stderr: string }> =>
    new Promise((resolve) => {
      const env = { PATH: process.env.PATH, HOME: folder, ...person.environment };
      const program = path.join(PROJECT_ROOT, PROGRAMS.cli.file);
      execFile(process.execPath, [program, ...args], { cwd: folder, env }, (error, stdout, stderr) =>
        resolve({ exitCode: Number(error?.code ?? 0), stdout, stderr }),
      );
    });

  async function make(domain: string, { external, off, keys = [], published = [] }: Kind): Promise<void> {
    const DkimSigningAttributes = external && {
      DomainSigningSelector: external,
      DomainSigningPrivateKey: key.privateKey.replace(/-----[^-]+-----|\s/g, ''),
    };
    await sandbox.call('ses', 'CreateEmailIdentity', { EmailIdentity: domain, DkimSigningAttributes });
    if (off)
      await sandbox.call('ses', 'PutEmailIdentityDkimAttributes', {
        EmailIdentity: domain,
        SigningEnabled: false,
      });
    for (const selector of keys)
      await sandbox.call('s3', 'PutObject', {
        Bucket: BUCKET,
        Key: privateKeyObject(domain, selector),
        Body: Buffer.from(key.privateKey),
      });
    for (const selector of published) dns.setTxt(recordName(domain, selector), recordValue(key.publicKey));
  }

  beforeAll(async () => {
    await buildProgram(PROJECT_ROOT, PROGRAMS.cli);
    folder = mkdtempSync(path.join(tmpdir(), 'byodkim-adopt-'));
    dns = await startDnsServer({ zones: { [ZONE]: {} } });
    sandbox = await startSandbox({ dns: [dns.address], sesRequestsPerSecond: Number.POSITIVE_INFINITY });
    const CreateBucketConfiguration = { LocationConstraint: sandbox.region };
    await sandbox.call('s3', 'CreateBucket', { Bucket: BUCKET, CreateBucketConfiguration });
    for (const kind of Object.keys(KINDS)) for (const each of domainsOf(kind)) await make(each, KINDS[kind]!);
    await make(`listed.${ZONE}`, { count: 1, external: 's1', keys: ['s1'] });
    await sandbox.call('ses', 'CreateEmailIdentity', { EmailIdentity: `ops@${ZONE}` });
    await sandbox.call('s3', 'PutObject', {
      Bucket: BUCKET,
      Key: privateKeyObject(`alone.${ZONE}`, 's1'),
      Body: Buffer.from(key.privateKey),
    });
    person = await Person.of(sandbox, 'adopt', list());
  });
  afterAll(async () => {
    await Promise.all([sandbox.close(), dns.close()]);
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(() => rmSync(file(), { force: true }));

  const adopted = Object.entries(KINDS).flatMap(([kind, { adopted: selector }]) =>
    selector === undefined ? [] : domainsOf(kind).map((domain) => [domain, selector] as const),
  );

  it('writes what is clear behind the last entry, where nothing else changes, and says of the rest why not', async () => {
    writeFileSync(file(), list());
    const { exitCode, stdout, stderr } = await byodkim('adopt');
    expect(stderr).toBe('');
    expect(exitCode).toBe(2);
    const text = readFileSync(file(), 'utf8');
    const lines = adopted.map(([domain]) => new RegExp(`^ {2}${domain}: .*\\n`, 'm').exec(text)?.[0] ?? '');
    expect(lines.reduce((rest, line) => rest.replace(line, ''), text)).toBe(list());
    const { domains } = parseDomainList(text, file());
    expect(
      domains
        .slice(1)
        .map(({ domain, selector }) => [domain, selector])
        .sort(),
    ).toEqual([...adopted].sort());
    expect(new Set(domains.map(({ identity, region }) => `${identity} ${region}`))).toEqual(
      new Set([`existing ${sandbox.region}`]),
    );
    for (const [kind, { unclear }] of Object.entries(KINDS))
      for (const domain of unclear === undefined ? [] : domainsOf(kind))
        expect(stdout).toMatch(new RegExp(`^  ${domain} in .*${unclear}`, 'm'));
    expect(stdout).toMatch(/^ {2}alone\.example\.com in .*SES has no identity/m);
    expect(stdout).not.toContain('ops@');

    const again = await byodkim('adopt', adopted[0]![0]);
    expect(again).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Nothing was written') });
    expect(readFileSync(file(), 'utf8')).toBe(text);
  });

  it('begins a list without entries, and names what lacks the tag', async () => {
    const control = `control: { keyStore: { bucket: { existing: ${BUCKET} } } }\n`;
    writeFileSync(file(), control);
    const domains = [`easy0.${ZONE}`, `waiting0.${ZONE}`];
    const { stdout, stderr } = await byodkim('adopt', '--region', sandbox.region, ...domains);
    expect(stderr).toBe('');
    expect(parseDomainList(readFileSync(file(), 'utf8'), file())).toMatchObject({
      domains: [{ domain: `waiting0.${ZONE}`, selector: 's1', region: sandbox.region, identity: 'existing' }],
    });
    expect(stdout).toContain(
      `  for NAME in waiting0.${ZONE}; do aws sesv2 tag-resource --region ${sandbox.region} `,
    );
    expect(stdout).toContain(`  for NAME in waiting0.${ZONE}; do byodkim key create "$NAME"; done`);
  });

  it('only reads, no key, and uses all that its policy grants', () => {
    const operations = callsOf({ sandbox }, 'people-adopt').map(({ operation }) => operation);
    expect(new Set(operations)).toEqual(
      new Set(['ListEmailIdentities', 'GetEmailIdentity', 'ListObjectsV2']),
    );
    const [theirs, needed] = [granted({ sandbox }, 'people-adopt'), used({ sandbox }, 'people-adopt')];
    expect(unused(theirs, needed)).toEqual([]);
  });
});
