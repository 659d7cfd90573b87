import { recordName } from '../../../handlers/contract/contract';
import { type DnsServer, startDnsServer } from '../../../packages/sandbox/dns/server';
import { newTestKey, testKey } from '../../support/world';
import { byodkim, files } from '../support/terminal';

const DOMAIN = 'example.com';

describe('a command for CI in a record of a zone', () => {
  let dns: DnsServer;
  beforeAll(async () => {
    dns = await startDnsServer({ zones: { [DOMAIN]: {} } });
  });
  afterAll(() => dns.close());

  const check = (...more: string[]) =>
    byodkim(['check', DOMAIN, '--key-file', 'k.pem', ...more], {
      readFile: files({
        'k.pem': testKey('own').pem,
        'domains.yaml': `defaults: { region: eu-west-1, gate: { nameservers: ['${dns.address}'], resolvers: [] } }
domains: { ${DOMAIN}: { selector: s1 } }`,
      }),
    });

  it.each([
    '##vso[task.complete result=Succeeded;]DONE',
    '##VSO[task.prependpath]/x',
    '##[add-mask]s1',
    "##teamcity[buildStatus status='SUCCESS']",
    'x ##TeamCity[blockOpened]',
    'v=DKIM1; p=##vso[task.setvariable variable=CI]0',
  ])('is printed so that no CI runs it: %s', async (command) => {
    dns.setTxt(recordName(DOMAIN, 's1'), command);
    const { stdout, stderr } = await check();
    expect(`${stdout}${stderr}`).not.toMatch(/##(\[|\w+\[)/i);
    const json = await check('--json');
    expect(json.stdout).not.toMatch(/##(\[|\w+\[)/i);
    expect(JSON.stringify(JSON.parse(json.stdout))).toContain(command.slice(-12));
  });
});

describe('a key that is passed in place of something else', () => {
  const { pem } = newTestKey();
  const bare = pem.trim().split('\n').slice(1, -1).join('');
  const der = Buffer.from(bare, 'base64');
  const pairs = (bytes: Buffer) => bytes.toString('hex').match(/../g)!.join(':');
  const FORMS: Readonly<Record<string, string>> = {
    PEM: pem,
    'a PEM on one line': pem.trim().replaceAll('\n', ' '),
    'its base64': bare,
    base64url: der.toString('base64url'),
    'the second half of its base64': bare.slice(bare.length / 2),
    'base64 of the PEM': Buffer.from(pem).toString('base64'),
    hexadecimal: der.toString('hex'),
    'hexadecimal in upper case': der.toString('hex').toUpperCase(),
    'hexadecimal of the PEM': Buffer.from(pem).toString('hex'),
    'the second half of its hexadecimal': der.subarray(der.length / 2).toString('hex'),
    'pairs of hexadecimal digits': pairs(der),
    'the second half of its pairs': pairs(der.subarray(der.length / 2)),
  };
  /** Returns the words of the argument of which a part is printed, in any case. */
  const leaks = (form: string, { stdout, stderr }: { stdout: string; stderr: string }) => {
    const flat = (text: string) => text.toLowerCase().replace(/\\[nrt]|[^a-z0-9+/=_-]/g, '');
    const [printed, secret] = [flat(`${stdout}${stderr}`), flat(form.replace(/-----[^-]+-----/g, ''))];
    return Array.from({ length: Math.floor(secret.length / 20) }, (_, i) =>
      secret.slice(20 * i, 20 * i + 20),
    ).filter((part) => part.length === 20 && printed.includes(part));
  };

  const PLACES: Readonly<Record<string, (form: string) => string[]>> = {
    file: (form) => ['key', 'put', DOMAIN, form, '-s', 's1'],
    list: (form) => ['status', '--list', form],
    'list, after an equals sign': (form) => ['status', `--list=${form}`],
    region: (form) => ['status', DOMAIN, '--region', form],
    selector: (form) => ['check', DOMAIN, '--selector', form],
    domain: (form) => ['check', form],
    command: (form) => [form],
    option: (form) => ['check', DOMAIN, `--${form}`],
  };

  describe.each(Object.entries(FORMS))('as %s', (_, form) => {
    it.each(Object.keys(PLACES))('is not printed: as %s', async (place) => {
      const args = PLACES[place]!(form);
      const region = place === 'region' || place === 'command' ? [] : ['--region', 'eu-west-1'];
      const readFile = () => Promise.reject(new Error(`ENAMETOOLONG: name too long, open '${form}'`));
      for (const more of [[], ['--json']]) {
        const ended = await byodkim([...args, ...region, ...more], { readFile });
        expect(ended.exitCode).not.toBe(0);
        expect(leaks(form, ended)).toEqual([]);
        if (more.length > 0) JSON.parse(ended.stdout);
      }
    });
  });

  it('leaves names as long as a file may have, and what else is printed', async () => {
    const name = 'a'.repeat(250);
    const { stderr } = await byodkim(['status', `--list=${name}`]);
    expect(stderr).toContain(` ${name} `);
    const mistaken = await byodkim(['check', DOMAIN, '--regoin', bare]);
    expect(mistaken.stderr).toContain("unknown option '--regoin'");
  });
});
