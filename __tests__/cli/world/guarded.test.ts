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
    'v=DKIM1; p=##vso[task.setvariable variable=CI]0',
  ])('is printed so that no CI runs it: %s', async (command) => {
    dns.setTxt(recordName(DOMAIN, 's1'), command);
    const { stdout, stderr } = await check();
    expect(`${stdout}${stderr}`).not.toMatch(/##(\[|vso\[)/i);
    const json = await check('--json');
    expect(json.stdout).not.toMatch(/##(\[|vso\[)/i);
    expect(JSON.stringify(JSON.parse(json.stdout))).toContain(command.slice(-12));
  });
});

describe('a key that is passed in place of something else', () => {
  const { pem } = newTestKey();
  const bare = pem.trim().split('\n').slice(1, -1).join('');
  const isLeaked = ({ stdout, stderr }: { stdout: string; stderr: string }) =>
    pem
      .split('\n')
      .some((line) => line.length > 30 && !line.startsWith('---') && `${stdout}${stderr}`.includes(line));

  it.each([
    ['file', ['key', 'put', DOMAIN, pem]],
    ['option', ['key', 'put', DOMAIN, '--key-file', pem]],
    ['selector', ['check', DOMAIN, '--selector', pem]],
    ['domain', ['check', pem]],
    ['file, with --json', ['key', 'put', DOMAIN, pem, '--json']],
    ['domain, with --json', ['check', pem, '--json']],
    ['file, without the lines of PEM', ['key', 'put', DOMAIN, bare, '-s', 's1']],
    ['selector, without the lines of PEM', ['key', 'put', DOMAIN, 'k.pem', '-s', bare]],
    ['domain, without the lines of PEM', ['key', 'put', bare, 'k.pem']],
    ['domain, without the lines of PEM and with --json', ['check', bare, '--json']],
  ])('is not printed: as %s', async (_, args) => {
    const ended = await byodkim([...args, '--region', 'eu-west-1']);
    expect(ended.exitCode).not.toBe(0);
    expect(isLeaked(ended)).toBe(false);
  });
});
