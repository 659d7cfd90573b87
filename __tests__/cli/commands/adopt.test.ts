import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { failure } from '../../../cli/errors/cli-error';
import type { Inventory } from '../../../cli/world/world';
import { parseDomainList } from '../../../list/read-list';
import { testKey } from '../../support/world';
import { byodkim, files } from '../support/terminal';

const LIST = `control: { keyStore: { bucket: "keys-{region}" } }
domains:
  a.example: { selector: s1, region: eu-west-1 }
  b.example: { selector: s1, region: us-east-1 }
`;
const easyDkim = { origin: 'AWS_SES', enabled: true, status: 'SUCCESS', tokens: [] };

describe('adopt, in several regions', () => {
  /** Identities with Easy DKIM, and the selectors of their keys. */
  const inventoryOf = (keys: Readonly<Record<string, readonly string[]>>): Inventory => ({
    identities: new Map(Object.keys(keys).map((domain) => [domain, easyDkim])),
    keys: new Map(Object.entries(keys)),
  });

  it('writes the domain of a second region under the name of that region, with only its selector', async () => {
    const asked: string[] = [];
    let written = '';
    const { exitCode, stdout } = await byodkim(['adopt'], {
      readFile: files({ 'domains.yaml': LIST }),
      writeFile: async (_, text) => {
        written = text;
      },
      prove: async () => ({ recordName: '', servers: [] }) as never,
      inventory: async ({ region, bucket }) => {
        asked.push(`${bucket} in ${region}`);
        return region === 'eu-west-1'
          ? inventoryOf({ 'a.example': ['s1'], 'b.example': ['s1'], 'new.example': ['s1'] })
          : inventoryOf({ 'a.example': ['s2'], 'new.example': ['s2'] });
      },
    });
    expect(asked).toEqual(['keys-eu-west-1 in eu-west-1', 'keys-us-east-1 in us-east-1']);
    const stacks = parseDomainList(written, 'domains.yaml').domains.map(({ stack }) => stack);
    expect(stacks).toEqual([
      'a.example',
      'b.example',
      'new.example',
      'a.example@us-east-1',
      'new.example@us-east-1',
    ]);
    expect(stdout).toContain(
      'b.example in eu-west-1: an entry of another region has the selector s1, and SES has not verified it here: ',
    );
    expect(stdout).toContain('mailFrom: { subdomain: "bounce-{region}" }');
    expect(exitCode).toBe(2);
  });

  /** Runs the command on a list. */
  async function adopt(list: string, inventory: (region: string) => Inventory, ...args: string[]) {
    let written = list;
    const ended = await byodkim(['adopt', ...args], {
      readFile: files({ 'domains.yaml': list }),
      writeFile: async (_, text) => {
        written = text;
      },
      prove: async () => ({ recordName: '', servers: [{ fingerprint: 'of the record' }] }) as never,
      inventory: async ({ region }) => inventory(region),
    });
    return { ...ended, written };
  }

  it.each([
    ['no domain', []],
    ['two domains', ['a.example', 'b.example']],
    ['a domain with Easy DKIM', ['new.example']],
  ])('refuses a key file of %s', async (_, names) => {
    const inventory = () => inventoryOf({ 'new.example': [] });
    const { exitCode, stderr, written } = await adopt(LIST, inventory, ...names, '--key-file', 'key.pem');
    expect(stderr).toContain('--key-file is the private key of one domain');
    expect(exitCode).toBe(1);
    expect(written).toBe(LIST);
  });

  const LOOP = /for NAME in new\.example; do aws sesv2 tag-resource/;
  it.each([
    ['the answer is yes', 'yes', undefined, ['new.example in eu-west-1'], null],
    ['the answer is no', 'no', undefined, [], LOOP],
    ['there is no terminal', null, undefined, [], LOOP],
    [
      'AWS refuses',
      'yes',
      failure('CALLER_DENIED', {
        action: 'ses:TagResource',
        resource: 'new.example',
        awsError: 'AccessDenied',
        awsMessage: 'no',
      }),
      [],
      LOOP,
    ],
  ])('sets the tag of an identity whose key it stores, or prints the command: %s', async (...row) => {
    const [, answer, refusal, expected, command] = row;
    const tagged: string[] = [];
    let written = '';
    const identity = { origin: 'EXTERNAL', enabled: true, status: 'SUCCESS', selector: 's1', tokens: ['s1'] };
    const stored: string[] = [];
    const { exitCode, stdout, stderr } = await byodkim(['adopt', 'new.example', '--key-file', 'key.pem'], {
      readFile: files({ 'domains.yaml': LIST, 'key.pem': testKey('s1').pem }),
      writeFile: async (_, text) => {
        written = text;
      },
      prove: async () =>
        ({ recordName: '', servers: [{ fingerprint: testKey('s1').publicKey.fingerprint }] }) as never,
      callerAccount: async () => '111122223333',
      invoke: async () => ({ payload: { statusCode: 200, keyStoreBucket: 'keys-eu-west-1' } }),
      storeNew: async ({ key }) => {
        stored.push(key);
        return true;
      },
      inventory: async ({ region }) => ({
        identities: new Map(region === 'eu-west-1' ? [['new.example', { ...identity, managed: false }]] : []),
        keys: new Map(stored.length > 0 ? [['new.example', ['s1']]] : []),
      }),
      ask: async (question) => {
        expect(question).toContain('If another stack sets the tags of the identity, add the tag there');
        return answer;
      },
      tagIdentity: async ({ domain, region }) => {
        if (refusal) throw refusal;
        tagged.push(`${domain} in ${region}`);
      },
    });
    expect(exitCode).toBe(0);
    expect(written).toContain('new.example: { selector: s1, region: eu-west-1, identity: existing }');
    expect(tagged).toEqual(expected);
    if (command) expect(stdout).toMatch(command);
    else expect(stdout).not.toMatch(LOOP);
    expect(stdout).not.toContain('byodkim key create');
    expect(stderr.includes('ses:TagResource')).toBe(refusal !== undefined);
  });

  it('writes one selector for the regions in which SES has verified it, wherever its key is', async () => {
    const inBoth = (statuses: Readonly<Record<string, string>>, ...keys: string[]): Inventory => ({
      identities: new Map(
        Object.entries(statuses).map(([domain, status]) => [
          domain,
          { origin: 'EXTERNAL', enabled: true, status, selector: 's1', tokens: ['s1'] } as never,
        ]),
      ),
      keys: new Map(keys.map((domain) => [domain, ['s1']])),
    });
    const SUCCESS = 'SUCCESS';
    const [b, c, fresh] = ['b.example', 'c.example', 'new.example'] as const;
    const inventory = (region: string): Inventory =>
      region === 'eu-west-1'
        ? inBoth({ [fresh]: SUCCESS, [b]: SUCCESS, [c]: SUCCESS }, fresh, c)
        : inBoth({ [fresh]: SUCCESS, [c]: 'PENDING' }, c);
    const { written, stdout, exitCode } = await adopt(LIST, inventory);
    expect(
      parseDomainList(written, 'domains.yaml').domains.map(({ stack, selector, home }) => [
        stack,
        selector,
        home,
      ]),
    ).toEqual([
      ['a.example', 's1', undefined],
      ['b.example', 's1', undefined],
      ['b.example@eu-west-1', 's1', 'b.example'],
      ['c.example', 's1', undefined],
      ['new.example', 's1', undefined],
      ['new.example@us-east-1', 's1', 'new.example'],
    ]);
    expect(stdout).toContain(
      'c.example in us-east-1: an entry of another region has the selector s1, and SES has not',
    );
    expect(exitCode).toBe(2);
  });

  it('names the adopted domains that are in several regions, whose MAIL FROM domains must differ', async () => {
    const inventory = (region: string) =>
      region === 'eu-west-1' ? inventoryOf({ 'new.example': ['s1'] }) : inventoryOf({ 'a.example': ['s2'] });
    const { stdout } = await adopt(LIST, inventory, '--json');
    expect(JSON.parse(stdout).inSeveral).toEqual([
      { domain: 'a.example', regions: ['eu-west-1', 'us-east-1'] },
    ]);
    expect((await adopt(LIST, () => inventoryOf({}))).stdout).not.toContain('mailFrom');
  });

  it('begins a list that has no entry yet', async () => {
    const settings = 'control: { keyStore: { bucket: keys } }\ndefaults: { region: eu-west-1 }\n';
    const { written, stderr } = await adopt(`${settings}domains: {}\n`, () =>
      inventoryOf({ 'new.example': ['s1'] }),
    );
    expect(stderr).toBe('');
    expect(written).toBe(
      `${settings}domains:\n  new.example: { selector: s1, region: eu-west-1, identity: existing }\n`,
    );
  });

  it('writes no entry for a stack that is deployed without an entry in the list, in its region', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'byodkim-adopt-'));
    const input = JSON.stringify({ resource: 'Baseline', region: 'eu-west-1' });
    const instances = [{ attributes: { input } }];
    const baseline = { mode: 'managed', type: 'aws_lambda_invocation', name: 'Baseline', instances };
    mkdirSync(path.join(folder, 'state'));
    writeFileSync(
      path.join(folder, 'state', 'new.example.tfstate'),
      JSON.stringify({ version: 4, resources: [baseline] }),
    );
    const file = path.join(folder, 'domains.yaml');
    const both = LIST.replace('domains:', 'domains:\n  c.example: { selector: s1, region: us-east-1 }');
    let written = '';
    try {
      const { stdout } = await byodkim(['adopt', '--list', file], {
        readFile: files({ [file]: both }),
        writeFile: async (_, text) => {
          written = text;
        },
        prove: async () => ({ recordName: '', servers: [] }) as never,
        inventory: async () => inventoryOf({ 'new.example': ['s1'] }),
      });
      expect(stdout).toContain(
        '  new.example in eu-west-1: the stack of the entry new.example has it, and the list does not name that entry: restore the entry.',
      );
      expect(written).toContain('new.example: { selector: s1, region: us-east-1, identity: existing }');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('names the partition of the region in the ARNs to tag', async () => {
    const list = LIST.replace('us-east-1', 'us-gov-west-1');
    const { stdout } = await adopt(list, (region) => inventoryOf({ [`${region}.example`]: ['s1'] }));
    expect(stdout).toContain('"arn:aws:ses:eu-west-1:$ACCOUNT:identity/$NAME"');
    expect(stdout).toContain('"arn:aws-us-gov:ses:us-gov-west-1:$ACCOUNT:identity/$NAME"');
  });

  it('does not print keys of a domain that another region has, since both may share a bucket', async () => {
    const all = inventoryOf({ 'a.example': ['s1'], 'new.example': ['s2'], 'lost.example': ['s1'] });
    const onlyIn = (domain: string): Inventory => ({
      ...all,
      identities: new Map([[domain, easyDkim]]),
    });
    const { stdout } = await adopt(LIST, (region) =>
      onlyIn(region === 'eu-west-1' ? 'a.example' : 'new.example'),
    );
    expect(stdout).toContain('1 written into domains.yaml:\n  new.example: ');
    expect(stdout.match(/^ {2}\S+ in \S+: there are keys/gm)).toEqual([
      '  lost.example in eu-west-1: there are keys',
      '  lost.example in us-east-1: there are keys',
    ]);
  });

  it('fails for a malformed domain, and reports a domain that neither SES nor S3 has', async () => {
    const nothing = () => inventoryOf({});
    expect((await adopt(LIST, nothing, 'b.example', 'not one')).stderr).toContain(
      '"not one" is not a domain name',
    );
    const { exitCode, stdout } = await adopt(LIST, nothing, 'b.example', 'tpyo.example');
    expect(stdout).toContain('tpyo.example: neither SES nor the key store has it.');
    expect(stdout).not.toContain('b.example');
    expect(exitCode).toBe(2);
  });

  it('writes nothing if nothing is new, and refuses --no-list', async () => {
    const world = { readFile: files({ 'domains.yaml': LIST }), inventory: async () => inventoryOf({}) };
    expect(await byodkim(['adopt'], world)).toMatchObject({
      exitCode: 0,
      stdout: 'Nothing was written.\n',
    });
    expect((await byodkim(['adopt', '--no-list'], world)).stderr).toContain('Leave --no-list out');
  });

  it('writes nothing where it does not know the bucket', async () => {
    const { stderr, written } = await adopt('defaults: { region: eu-west-1 }\ndomains: {}\n', () =>
      inventoryOf({}),
    );
    expect(stderr).toMatch(/^The bucket of the private keys is not known/);
    expect(written).toBe('defaults: { region: eu-west-1 }\ndomains: {}\n');
  });
});
