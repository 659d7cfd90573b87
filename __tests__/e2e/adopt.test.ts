import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { privateKeyObject, recordName } from '../../handlers/contract/contract';
import { recordValue } from '../../handlers/keys/format/public-key';
import { parseDomainList } from '../../list/read-list';
import { type Sandbox, startSandbox } from '../../packages/sandbox/aws/sandbox';
import { type DnsServer, startDnsServer } from '../../packages/sandbox/dns/server';
import { makeKey } from '../support/deployment';
import { Person } from '../support/people';
import { callsOf, granted, unused, used } from '../support/permissions';

const BUCKET = 'old-dkim-keys';
const ZONE = 'example.com';
const key = makeKey('pkcs1');

/** What an account has of one domain. */
interface Kind {
  /** The selector that SES signs with. @default Easy DKIM */
  readonly external?: string;
  readonly isOff?: boolean;
  /** SES has no identity of it. */
  readonly isAlone?: boolean;
  readonly keys?: readonly string[];
  readonly published?: readonly string[];
  /** The selector that is written, or the printed text about it. */
  readonly adopted?: string;
  readonly unclear?: string;
}

const KINDS: Readonly<Record<string, Kind>> = {
  byodkim: { external: 's1', keys: ['s1', 's0'], published: ['s1'], adopted: 's1' },
  prepared: { keys: ['s2'], published: ['s2'], adopted: 's2' },
  waiting: { keys: ['s1'], adopted: 's1' },
  chosen: { keys: ['s1', 's2'], published: ['s2'], adopted: 's2' },
  easy: { unclear: 'there is no private key: put one' },
  torn: { keys: ['s1', 's2'], unclear: 'none of them is published' },
  double: { keys: ['s1', 's2'], published: ['s1', 's2'], unclear: 'more than one of them' },
  lost: { external: 's1', published: ['s1'], unclear: 'whose private key is not in the key store' },
  gone: { external: 's1', keys: ['s1'], unclear: 'no DNS server has a usable record' },
  off: { external: 's1', isOff: true, keys: ['s1'], published: ['s1'], unclear: 'is switched off' },
  alone: { isAlone: true, keys: ['s1'], unclear: 'SES has no identity' },
};
const domainOf = (kind: string): string => `${kind}.${ZONE}`;

describe('adopt, on an account of mixed identities', () => {
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

  async function make(
    domain: string,
    { external, isAlone, isOff, keys = [], published = [] }: Kind,
  ): Promise<void> {
    const DkimSigningAttributes = external && {
      DomainSigningSelector: external,
      DomainSigningPrivateKey: key.privateKey.replace(/-----[^-]+-----|\s/g, ''),
    };
    if (!isAlone)
      await sandbox.call('ses', 'CreateEmailIdentity', { EmailIdentity: domain, DkimSigningAttributes });
    if (isOff)
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
    for (const selector of published)
      dns.setTxt(recordName(domain, selector), recordValue({ spki: key.publicKey }));
  }

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'byodkim-adopt-'));
    dns = await startDnsServer({ zones: { [ZONE]: {} } });
    sandbox = await startSandbox({ dns: [dns.address], sesRequestsPerSecond: Number.POSITIVE_INFINITY });
    const CreateBucketConfiguration = { LocationConstraint: sandbox.region };
    await sandbox.call('s3', 'CreateBucket', { Bucket: BUCKET, CreateBucketConfiguration });
    for (const [kind, what] of Object.entries(KINDS)) await make(domainOf(kind), what);
    await make(`listed.${ZONE}`, { external: 's1', keys: ['s1'] });
    await sandbox.call('ses', 'CreateEmailIdentity', { EmailIdentity: `ops@${ZONE}` });
    person = await Person.of(sandbox, 'adopt', list());
  });
  afterAll(async () => {
    await Promise.all([sandbox.close(), dns.close()]);
    rmSync(folder, { recursive: true, force: true });
  });

  const adopted = Object.entries(KINDS).flatMap(([kind, { adopted: selector }]) =>
    selector === undefined ? [] : [[domainOf(kind), selector] as const],
  );

  it('writes unambiguous identities after the last entry without other changes, and gives a reason for the others', async () => {
    writeFileSync(file(), list());
    const { exitCode, stdout, stderr } = await person.byodkimIn(folder, 'adopt');
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
      if (unclear !== undefined)
        expect(stdout).toMatch(new RegExp(`^  ${domainOf(kind)} in .*${unclear}`, 'm'));
    expect(stdout).not.toContain('ops@');

    const again = await person.byodkimIn(folder, 'adopt', adopted[0]![0]);
    expect(again).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Nothing was written') });
    expect(readFileSync(file(), 'utf8')).toBe(text);
  });

  it('only reads, reads no key, and uses every permission of its policy', () => {
    const operations = callsOf({ sandbox }, 'people-adopt').map(({ operation }) => operation);
    expect(new Set(operations)).toEqual(
      new Set(['ListEmailIdentities', 'GetEmailIdentity', 'ListObjectsV2']),
    );
    const [theirs, needed] = [granted({ sandbox }, 'people-adopt'), used({ sandbox }, 'people-adopt')];
    expect(unused(theirs, needed)).toEqual([]);
  });
});
