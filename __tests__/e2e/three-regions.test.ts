import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { stringify } from 'yaml';
import { ENGINES } from '../../packages/terraform/__tests__/engine/engines';
import { ListDeployment } from '../support/list-deployment';
import { hostZone, recordSets } from '../support/route53';

const DOMAIN = 'example.com';
const REGIONS = ['ap-northeast-1', 'us-east-1', 'eu-west-1'] as const;
const [TOKYO, VIRGINIA, IRELAND] = [DOMAIN, `${DOMAIN}@us-east-1`, `${DOMAIN}@eu-west-1`] as const;
const DAY_MS = 24 * 3_600_000;

/** The life of one key and one record, which the home's stack publishes, in three regions that each have a MAIL FROM domain. */
describe.each(ENGINES)('one key and one record in three regions, with $title', ({ engine: program }) => {
  let deployment: ListDeployment;
  let run: ListDeployment['run'];
  let hostedZoneId: string;
  beforeAll(async () => {
    deployment = await ListDeployment.start([DOMAIN], program);
    ({ run } = deployment);
    const { sandbox, dns } = deployment.stage;
    hostedZoneId = await hostZone({ sandbox, dns } as never, DOMAIN);
  });
  afterAll(() => deployment.close());

  const write = (domains: Readonly<Record<string, object>>): void => {
    const gate = { nameservers: [deployment.stage.dns.address], resolvers: [], waitSeconds: 60 };
    const control = { keyStore: { bucket: 'keys-{region}', protect: false } };
    const mailFrom = { subdomain: 'bounce-{region}' };
    writeFileSync(
      deployment.stage.listFile,
      stringify({ control, defaults: { region: REGIONS[0], gate, mailFrom, heal: true }, domains }),
    );
  };
  const home = (...previousSelectors: string[]) => ({
    createKey: true,
    record: { hostedZoneId, previousSelectors },
  });
  const former = (...previousSelectors: string[]) => ({ record: { hostedZoneId, previousSelectors } });
  const passes = (...args: string[]): Promise<string> => deployment.passes(...args);
  const refused = async (...args: string[]): Promise<string> => {
    const { exitCode, output } = await run(...args);
    if (exitCode === 0) throw new Error(`${args.join(' ')} was not refused:\n${output}`);
    return output;
  };
  const deploys = () => passes('deploy', '--all', '--yes');
  const isDone = async (): Promise<void> => expect(await deploys()).toMatch(/^\d+ unchanged\.$/m);
  /** What SES has in each region. */
  const signIn = (): Promise<string[]> =>
    Promise.all(
      REGIONS.map(async (region) => {
        const input = { EmailIdentity: DOMAIN };
        const answer = deployment.stage.sandbox.call('ses', 'GetEmailIdentity', input, { region });
        const { DkimAttributes } = await answer.catch(() => ({ DkimAttributes: { Status: 'none' } }));
        return [DkimAttributes.Status, ...(DkimAttributes.Tokens ?? [])].join(' ');
      }),
    );
  /** The names that the stacks have published, each once. */
  const published = async (): Promise<string[]> => {
    const sets = await recordSets(deployment.stage, hostedZoneId);
    return [...new Set(sets.map(({ Name }) => Name.split('.')[0]!))].sort();
  };
  const mailFromOf = (...regions: string[]) => regions.map((region) => `bounce-${region}`);
  const days = (count: number): Promise<void> => deployment.stage.sandbox.clock.advance(count * DAY_MS);
  /** Runs the engine alone in the folder of a stack. */
  const engine = (stack: string, ...args: string[]) => {
    const { programs, kind } = {
      programs: path.join(deployment.stage.folder, 'bin'),
      kind: deployment.stage.cdktf.engine.kind,
    };
    const cwd = path.join(deployment.stage.outdir, 'stacks', stack);
    const env = { ...process.env, ...deployment.environment };
    return promisify(execFile)(path.join(programs, kind), args, { cwd, env }).then(
      ({ stdout }) => ({ exitCode: 0, output: stdout }),
      ({ code, stdout, stderr }) => ({ exitCode: code as number, output: `${stdout}${stderr}` }),
    );
  };

  /** Nothing in a region answers its function, nor the functions that ask its key store. */
  const failIn = (region: string) => {
    const { faults } = deployment.stage.sandbox;
    const added = [
      faults.add({ operation: 's3:*', resourceIncludes: `keys-${region}`, kind: 'error500' }),
      faults.add({ operation: 'ses:*', resourceIncludes: `:${region}:`, kind: 'error500' }),
    ];
    return {
      end: () => {
        for (const each of added) each.remove();
      },
    };
  };

  it('start, and rotate in all regions, one of which is down at first', async () => {
    write({
      [TOKYO]: { selector: 's1', ...home() },
      [VIRGINIA]: { selector: 's1' },
      [IRELAND]: { selector: 's1' },
    });
    await deploys();
    expect(await signIn()).toEqual(['SUCCESS s1', 'SUCCESS s1', 'SUCCESS s1']);
    write({
      [TOKYO]: { selector: 's2', ...home('s1') },
      [VIRGINIA]: { selector: 's2' },
      [IRELAND]: { selector: 's2' },
    });
    const outage = failIn(REGIONS[2]);
    const output = await refused('deploy', '--all', '--yes');
    expect(output).toMatch(/^\[\d\/3\] example\.com +done/m);
    expect(output).toMatch(/^\[\d\/3\] example\.com@us-east-1 +done/m);
    expect(output).toMatch(/^\[\d\/3\] example\.com@eu-west-1 +refused/m);
    outage.end();
    expect(await signIn()).toEqual(['SUCCESS s2', 'SUCCESS s2', 'SUCCESS s1']);
    await deploys();
    expect(await signIn()).toEqual(['SUCCESS s2', 'SUCCESS s2', 'SUCCESS s2']);
  });

  it('protect their home from a destroy by the command, by the engine alone, and by a list without it', async () => {
    expect(await refused('destroy', TOKYO, '--yes')).toContain('has the key and the record that');
    const alone = await engine(TOKYO, 'destroy', '-auto-approve', '-no-color');
    expect(alone.output).toMatch(/KEY_SHARED/);
    expect(alone.exitCode).toBe(1);
    const calls = deployment.stage.sandbox.calls.length;
    write({ [VIRGINIA]: { selector: 's2' }, [IRELAND]: { selector: 's2' } });
    expect(await refused('deploy', '--all', '--yes')).toMatch(
      /KEY_SHARED: example\.com was taken out of the list.*example\.com@us-east-1, example\.com@eu-west-1/,
    );
    expect(deployment.stage.sandbox.calls.slice(calls)).toEqual([]);
    expect([await signIn(), await published()]).toEqual([
      Array(3).fill('SUCCESS s2'),
      [...mailFromOf(REGIONS[0], REGIONS[2], REGIONS[1]), 's1', 's2'],
    ]);
  });

  it('let one of the regions leave, while the others continue', async () => {
    write({
      [TOKYO]: { selector: 's2', ...home('s1') },
      [VIRGINIA]: { selector: 's2' },
      [IRELAND]: { selector: 's2' },
    });
    await passes('destroy', IRELAND, '--yes');
    await days(8);
    write({ [TOKYO]: { selector: 's2', ...home() }, [VIRGINIA]: { selector: 's2' } });
    await deploys();
    await isDone();
    expect([(await signIn()).slice(0, 2), await published()]).toEqual([
      ['SUCCESS s2', 'SUCCESS s2'],
      [...mailFromOf(REGIONS[0], REGIONS[1]), 's2'],
    ]);
  });

  it('move their home, whose former stack may then be destroyed', async () => {
    write({ [TOKYO]: { selector: 's3', ...former('s2') }, [VIRGINIA]: { selector: 's3', ...home() } });
    await deploys();
    expect([(await signIn()).slice(0, 2), await published()]).toEqual([
      ['SUCCESS s3', 'SUCCESS s3'],
      [...mailFromOf(REGIONS[0], REGIONS[1]), 's2', 's3'],
    ]);
    await days(8);
    await passes('destroy', TOKYO, '--yes');
    write({ [VIRGINIA]: { selector: 's4', ...home('s3') } });
    await deploys();
    await days(8);
    write({ [VIRGINIA]: { selector: 's4', ...home() } });
    await deploys();
    await isDone();
    expect([(await signIn())[1], await published()]).toEqual([
      'SUCCESS s4',
      [...mailFromOf(REGIONS[1]), 's4'],
    ]);
  });

  it('readmit the others, and end by the engine alone, with the home last', async () => {
    write({
      [TOKYO]: { selector: 's4' },
      [VIRGINIA]: { selector: 's4', ...home() },
      [IRELAND]: { selector: 's4' },
    });
    await deploys();
    expect(await signIn()).toEqual(['SUCCESS s4', 'SUCCESS s4', 'SUCCESS s4']);
    const destroys = async (stack: string) => {
      const { exitCode, output } = await engine(stack, 'destroy', '-auto-approve', '-no-color');
      return exitCode === 0
        ? 'destroyed'
        : /KEY_SHARED.*Mail is signed with it in ([^.]*)\./s.exec(output)?.[1];
    };
    expect(await destroys(VIRGINIA)).toBe('ap-northeast-1 (s4), eu-west-1 (s4)');
    expect(await destroys(TOKYO)).toBe('destroyed');
    expect(await destroys(VIRGINIA)).toBe('eu-west-1 (s4)');
    expect(await signIn()).toEqual(['none', 'SUCCESS s4', 'SUCCESS s4']);
    expect(await destroys(IRELAND)).toBe('destroyed');
    expect(await destroys(VIRGINIA)).toBe('destroyed');
    expect(await published()).toEqual([]);
  });
});
