import { readFileSync, writeFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { dnsRecordObject, recordName } from '../../handlers/contract/contract';
import { parseDomainList } from '../../list/read-list';
import type { SentMessage } from '../../packages/sandbox/mail/mailbox';
import { ListDeployment } from '../support/list-deployment';
import { send, signers } from '../support/mail';

const HOME = 'example.com';
const OTHER = 'example.com@us-east-1';
const [TOKYO, VIRGINIA] = ['ap-northeast-1', 'us-east-1'] as const;

/** The story of a domain that two regions send for, with one key and one record, which another team publishes. */
describe('one key and one record in two regions', () => {
  let deployment: ListDeployment;
  let stage: ListDeployment['stage'];
  let run: ListDeployment['run'];
  beforeAll(async () => {
    deployment = await ListDeployment.start([HOME]);
    ({ stage, run } = deployment);
  });
  afterAll(() => deployment.close());

  const write = (domains: Readonly<Record<string, object>>): void => {
    const gate = { nameservers: [stage.dns.address], resolvers: [] };
    const control = { keyStore: { bucket: 'keys-{region}', protect: false } };
    writeFileSync(stage.listFile, stringify({ control, defaults: { region: TOKYO, gate }, domains }));
  };
  const listed = () =>
    parseDomainList(readFileSync(stage.listFile, 'utf8'), 'domains.yaml').domains.map(
      ({ stack, selector, home }) => [stack, selector, home],
    );
  const publish = async (selector: string, region: string = TOKYO): Promise<void> => {
    const input = { Bucket: `keys-${region}`, Key: dnsRecordObject(HOME, selector) };
    const { Body } = await stage.sandbox.call('s3', 'GetObject', input, { region });
    stage.dns.setTxt(recordName(HOME, selector), JSON.parse(Buffer.from(Body).toString()).value);
  };
  /** Every mail that was sent, of which each is to be verified to the end. */
  const sent: SentMessage[] = [];
  /** Sends from both regions. Returns the selectors that sign, and checks all that was sent before. */
  async function mail(): Promise<string[]> {
    for (const region of [TOKYO, VIRGINIA]) sent.push(await send(stage, HOME, region));
    const verdicts = await Promise.all(sent.map((each) => signers(stage, each)));
    for (const verdict of verdicts) expect(verdict).toMatch(/^s\d pass$/);
    return verdicts.slice(-2).map((verdict) => verdict.split(' ')[0]!);
  }
  const passes = (...args: string[]): Promise<string> => deployment.passes(...args);

  it('start where the key is made, and continue in the others once the record is published', async () => {
    write({ [OTHER]: { selector: 's1' }, [HOME]: { selector: 's1', createKey: true } });
    const early = await run('deploy', '--all');
    expect(early.output).toMatch(/^\[1\/2\] example\.com +refused: DNS_TXT_NOT_READY/m);
    expect(early.output).toMatch(
      /^\[2\/2\] example\.com@us-east-1 +not begun: it needs example\.com, which was not deployed/m,
    );
    expect(early.exitCode).toBe(2);
    await publish('s1');
    const output = await passes('deploy', '--all');
    expect(output).toMatch(/^\[1\/2\] example\.com +done.*\n\[2\/2\] example\.com@us-east-1 +done/m);
    expect(await mail()).toEqual(['s1', 's1']);
  });

  it('rotate in both with one edit, by the name of either', async () => {
    await passes('rotate', OTHER);
    expect(listed()).toEqual([
      [OTHER, 's2', HOME],
      [HOME, 's2', undefined],
    ]);
    stage.dns.setTxt(recordName(HOME, 's2'), (await passes('record', OTHER, '--form', 'value')).trim());
    await passes('check', OTHER);
    await passes('deploy', '--all');
    expect(await mail()).toEqual(['s2', 's2']);
  });

  it('roll back in the one region that fails, while the other continues', async () => {
    await passes('rotate', HOME);
    await publish('s3');
    const fault = stage.sandbox.faults.add({
      operation: 'ses:PutEmailIdentityDkimSigningAttributes',
      resourceIncludes: ':us-east-1:',
      kind: 'killAfter',
      times: 1,
    });
    const { exitCode, output } = await run('deploy', '--all');
    fault.remove();
    expect(output).toMatch(/^\[1\/2\] example\.com +done/m);
    expect(output).toMatch(/^\[2\/2\] example\.com@us-east-1 +refused: Runtime\.ExitError/m);
    expect(exitCode).toBe(1);
    await stage.sandbox.clock.advance(15 * 60_000);
    expect(await mail()).toEqual(['s3', 's2']);
    const status = await run('status');
    expect(status.output).toMatch(/^example\.com +SUCCESS +s3 /m);
    expect(status.output).toMatch(/^example\.com@us-east-1 +SUCCESS +s2 /m);
    await passes('deploy', '--all');
    expect(await mail()).toEqual(['s3', 's3']);
  });

  it('refuse to let the home be destroyed alone, and let the other be destroyed', async () => {
    const { exitCode, output } = await run('destroy', HOME, '--yes');
    expect(output).toContain(`${HOME} has the key and the record that ${OTHER} signs with.`);
    expect(exitCode).toBe(1);
    expect(await passes('destroy', OTHER, '--yes')).toContain(
      'The key and the record stay: they belong to example.com',
    );
    sent.push(await send(stage, HOME, TOKYO));
    await passes('deploy', OTHER);
    expect(await mail()).toEqual(['s3', 's3']);
  });

  const NEW_HOME = { [HOME]: { selector: 's4' }, [OTHER]: { selector: 's4', createKey: true } };

  it('move their home to the other region with a rotation', async () => {
    write(NEW_HOME);
    await passes('key', 'create', HOME);
    await publish('s4', VIRGINIA);
    await passes('deploy', '--all');
    expect(await mail()).toEqual(['s4', 's4']);
    const refused = await run('destroy', OTHER, '--yes');
    expect(refused.output).toContain(`${OTHER} has the key and the record that ${HOME} signs with.`);
  });

  it('can be given up in one deploy, started again in one, and end in the order of dependence', async () => {
    write({ ...NEW_HOME, [HOME]: { selector: 's5', createKey: true } });
    await passes('key', 'create', HOME);
    await publish('s5');
    await passes('deploy', '--all');
    expect(await mail()).toEqual(['s5', 's4']);
    write(NEW_HOME);
    await passes('deploy', '--all');
    expect(await mail()).toEqual(['s4', 's4']);
    const output = await passes('destroy', '--all', '--yes');
    expect(output).toMatch(/^\[1\/2\] example\.com +done.*\n\[2\/2\] example\.com@us-east-1 +done/m);
  });
});
