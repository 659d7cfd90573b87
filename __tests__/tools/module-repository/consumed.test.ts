import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PROJECT_ROOT } from '../../../constructs/built-handler';
import { ENGINES } from '../../../packages/terraform/__tests__/engine/engines';
import { InProcessEngine } from '../../../packages/terraform/engine/in-process-engine';
import { layOut } from '../../../tools/module-repository/lay-out';
import { ADMIN, Deployment, passed } from '../../support/deployment';
import { hostZone } from '../../support/route53';

const REGION = 'ap-northeast-1';
const EXAMPLES = readdirSync(path.join(PROJECT_ROOT, 'examples'));

/** The repository of the modules as others use it: at a tag, without npm and without this project. */
describe.each(ENGINES)('the laid out repository, with $title', ({ engine }) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'byodkim-repository-'));
  const repository = path.join(folder, 'terraform-aws-ses-byodkim');
  let deployment: Deployment;
  let running: InProcessEngine;
  let zoneId: string;

  beforeAll(() => {
    layOut(PROJECT_ROOT, repository);
    const git = (...args: string[]) =>
      execFileSync('git', [
        '-C',
        repository,
        '-c',
        'user.name=test',
        '-c',
        'user.email=test@example.com',
        ...args,
      ]);
    git('init', '--quiet');
    git('add', '--all');
    git('commit', '--quiet', '--message', 'v0.1.0');
    git('tag', 'v0.1.0');
  });
  beforeEach(async () => {
    deployment = await Deployment.start();
    running = new InProcessEngine(deployment.sandbox);
    zoneId = await hostZone(deployment, 'example.com');
  });
  afterEach(async () => {
    await running.close();
    await deployment.close();
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const run = (cwd: string, ...args: string[]) =>
    passed(running.run([...args, '-no-color'], { cwd, engine }));
  const gate = () => ({ nameservers: [deployment.dns.address], resolvers: [], wait_seconds: 60 });
  const allow = () => ({ servers: [deployment.dns.address] });
  const signsIn = async (region: string) => {
    const sandbox = deployment.sandbox;
    const answer = await sandbox.call(
      'ses',
      'GetEmailIdentity',
      { EmailIdentity: 'example.com' },
      { region },
    );
    return answer.DkimAttributes;
  };

  /** Where the servers of the tests are, and the zone that the tests have made. */
  const overrides: Readonly<Record<string, () => object>> = {
    complete: () => ({
      module: { control: { allow: allow() }, mail: { gate: gate(), record: { hosted_zone_id: zoneId } } },
    }),
    route53: () => ({
      module: { control: { allow: allow() }, mail: { gate: gate(), record: { hosted_zone_id: zoneId } } },
    }),
    'dns-team': () => ({
      module: {
        control: { allow: allow(), bucket: { name: 'byodkim-keys' }, key_writers: [ADMIN] },
        mail: { gate: gate() },
      },
    }),
    'two-regions': () => ({
      locals: { zone_id: zoneId },
      module: {
        control_home: { allow: allow() },
        control_other: { allow: allow() },
        mail_home: { gate: gate() },
        mail_other: { gate: gate() },
      },
    }),
  };

  it.each(EXAMPLES)('applies the example %s, and has nothing to plan afterwards', async (example) => {
    const place = path.join(repository, 'examples', example);
    writeFileSync(path.join(place, 'override.tf.json'), JSON.stringify(overrides[example]!()));
    await run(place, 'init');
    await run(place, 'validate');
    if (example === 'dns-team') await bringOwnKey(place);
    await run(place, 'apply', '-auto-approve');
    await run(place, 'plan', '-detailed-exitcode');
    expect(await signsIn(REGION)).toMatchObject({ SigningAttributesOrigin: 'EXTERNAL', Tokens: ['s1'] });
    if (example === 'two-regions')
      expect(await signsIn('us-east-1')).toMatchObject({
        SigningAttributesOrigin: 'EXTERNAL',
        Tokens: ['s1'],
      });
    const outputs = JSON.parse((await run(place, 'output', '-json')).output);
    expect(Object.values<any>(outputs).every(({ value }) => value !== null && value !== '')).toBe(true);
    rmSync(path.join(place, 'override.tf.json'));
  });

  /** What the page of the example says: the first apply is refused for the key, and the second one for the record. */
  async function bringOwnKey(place: string): Promise<void> {
    const refused = async () =>
      (await running.run(['apply', '-auto-approve', '-no-color'], { cwd: place, engine })).output;
    expect(await refused()).toContain('CERTIFICATE_NOT_FOUND');
    await deployment.putKey('example.com', 's1', deployment.keyOf('s1'));
    expect(await refused()).toContain('DNS_TXT_NOT_READY');
    deployment.publish('example.com', 's1', deployment.keyOf('s1'));
  }

  it('is a source at its tag, as a root module and as a module within', async () => {
    const place = path.join(folder, 'consumer');
    mkdirSync(place);
    const source = (module = '') => `git::file://${repository}${module}?ref=v0.1.0`;
    const configuration = {
      provider: { aws: { region: REGION } },
      module: {
        control: {
          source: source('//modules/control'),
          region: REGION,
          bucket: { name: 'byodkim-keys' },
          allow: allow(),
        },
        mail: {
          source: source(),
          ...{ domain: 'example.com', selector: 's1', region: REGION, create_key: true, gate: gate() },
          record: { hosted_zone_id: zoneId },
          // biome-ignore-start lint/suspicious/noTemplateCurlyInString: the engine's own expressions
          function_name: '${module.control.function_name}',
          ready_function_arn: '${module.control.ready_function_arn}',
          // biome-ignore-end lint/suspicious/noTemplateCurlyInString: the engine's own expressions
        },
      },
    };
    const file = path.join(place, 'main.tf.json');
    writeFileSync(file, JSON.stringify(configuration));
    await run(place, 'init');
    await run(place, 'apply', '-auto-approve');
    expect(await signsIn(REGION)).toMatchObject({ SigningAttributesOrigin: 'EXTERNAL', Tokens: ['s1'] });

    // A caller who needs a provider for the zone takes the module within, under the same addresses.
    const within = { source: source('//modules/domain'), providers: { aws: 'aws', 'aws.zone': 'aws' } };
    const { mail, control } = configuration.module;
    writeFileSync(
      file,
      JSON.stringify({ ...configuration, module: { control, mail: { ...mail, ...within } } }),
    );
    await run(place, 'init');
    await run(place, 'plan', '-detailed-exitcode');
  });
});
