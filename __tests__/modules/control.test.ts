import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { HANDLER_ZIP, PROJECT_ROOT } from '../../constructs/built-handler';
import { Deployment, failed, passed } from '../support/deployment';
import { applied } from './support/applied';
import { itRefuses, type Refusal } from './support/refusals';

const LIMIT_MS = 120_000;
const REGION = 'ap-northeast-1';
const ZIP = path.join(PROJECT_ROOT, HANDLER_ZIP);
const SUBSCRIBERS = [
  'dns-team@example.com',
  'https://example.com/notices',
  'arn:aws:sqs:ap-northeast-1:123456789012:notices',
];
const BOUNDARY = 'arn:aws:iam::123456789012:policy/boundary';
/** Places in the key store itself, and several in one of two other buckets. */
const PLACES = ['byodkim-keys/dkim/', 'other-keys/dkim/', 'other-records/', 'other-keys/dns/'];
const ANYTHING = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
});
const KMS_KEY = 'arn:aws:kms:ap-northeast-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';

/** The same control plane, said in the list and in HCL. Each in an account of its own. */
describe('the module of the control plane', () => {
  const open: Deployment[] = [];
  const account = async (control?: object): Promise<Deployment> => {
    const deployment = await Deployment.start({}, control);
    await deployment.sandbox.call('iam', 'CreatePolicy', {
      PolicyName: BOUNDARY.split('/')[1]!,
      PolicyDocument: ANYTHING,
    });
    open.push(deployment);
    return deployment;
  };
  afterEach(() => {
    for (const each of open) rmSync(path.join(each.folder, 'hcl/terraform.tfstate'), { force: true });
  });
  afterAll(() => Promise.all(open.map((deployment) => deployment.close())));

  const module = (args: object): object => ({
    source: path.join(PROJECT_ROOT, 'modules/control'),
    region: REGION,
    ...args,
  });

  function configuration({ folder: place }: Deployment, modules: object, name = 'hcl'): string {
    const folder = path.join(place, name);
    mkdirSync(folder, { recursive: true });
    const text = JSON.stringify({ provider: { aws: { region: REGION } }, module: modules }, null, 2);
    // The engine would copy what an absolute path names, without the zip.
    const here = text.replaceAll(PROJECT_ROOT, path.relative(folder, PROJECT_ROOT));
    writeFileSync(path.join(folder, 'main.tf.json'), here);
    return folder;
  }

  it.each<[string, object, object]>([
    [
      'with little said',
      { keyStore: { bucket: 'byodkim-keys', protect: false } },
      { bucket: { name: 'byodkim-keys' }, protect_keys: false },
    ],
    [
      'with every setting',
      {
        keyStore: {
          bucket: 'byodkim-keys',
          protect: false,
          kmsKeyArn: KMS_KEY,
          alsoRead: ['other-keys/dkim/'],
          readers: ['arn:aws:iam::123456789012:role/backup'],
          writers: ['arn:aws:iam::123456789012:role/keys'],
        },
        topics: { dns: { subscribers: SUBSCRIBERS }, result: 'create', audit: 'create' },
        notices: { language: 'ja', contact: 'mail@example.com' },
        audit: { schedule: 'cron(0 4 * * ? *)' },
        architecture: 'x86_64',
        logRetentionDays: 30,
        roles: { permissionsBoundary: BOUNDARY, path: '/mail/' },
        dashboard: true,
        allow: { recursive: true, irreversible: ['example.com'] },
      },
      {
        bucket: { name: 'byodkim-keys' },
        // As it is published.
        zip_sha256: createHash('sha256').update(readFileSync(ZIP)).digest('hex'),
        kms_key_arn: KMS_KEY,
        also_read: ['other-keys/dkim/'],
        key_readers: ['arn:aws:iam::123456789012:role/backup'],
        key_writers: ['arn:aws:iam::123456789012:role/keys'],
        topics: { dns: { subscribers: SUBSCRIBERS }, result: 'create', audit: 'create' },
        notice_language: 'ja',
        notice_contact: 'mail@example.com',
        audit: { schedule: 'cron(0 4 * * ? *)' },
        architecture: 'x86_64',
        log_retention_days: 30,
        roles: { permissions_boundary: BOUNDARY, path: '/mail/' },
        dashboard: true,
      },
    ],
    [
      'with a bucket that exists',
      { keyStore: { bucket: { existing: 'byodkim-keys' }, alsoRead: PLACES } },
      { bucket: { existing: 'byodkim-keys' }, also_read: PLACES },
    ],
  ])(
    'makes the same resources as the construct, %s',
    async (title, control, hcl) => {
      const ours = await account(control);
      await passed(ours.deployControl());
      const stack = path.join(ours.folder, `out/stacks/byodkim-control-${REGION}`);
      const byConstruct = applied(stack);
      // What tests give every list: which servers may be asked.
      const { environment } = byConstruct.find(({ what }) => what.startsWith('aws_lambda_function '))!
        .values as {
        environment: { variables: Record<string, object> }[];
      };
      const { BYODKIM_ALLOW: allow, BYODKIM_GATE: gate } = environment[0]!.variables;

      const theirs = await account();
      // In the same folder each time, which is made ready once.
      const folder = configuration(open[0]!, { control: module({ ...hcl, allow, gate }) });
      if (!existsSync(path.join(folder, '.terraform')))
        await passed(theirs.engineIn(folder, 'init', '-no-color'));
      await passed(theirs.engineIn(folder, 'apply', '-auto-approve', '-no-color'));
      expect(applied(folder)).toEqual(byConstruct);
      if (title !== 'with every setting') return;
      const plan = await theirs.engineIn(folder, 'plan', '-detailed-exitcode', '-no-color');
      expect(plan.exitCode).toBe(0);
      // The way to give it up, as the module's page has it.
      const bucket = 'module.control.aws_s3_bucket';
      await passed(
        theirs.engineIn(folder, 'state', 'mv', `${bucket}.protected[0]`, `${bucket}.unprotected[0]`),
      );
      configuration(open[0]!, { control: module({ ...hcl, allow, gate, protect_keys: false }) });
      const given = await theirs.engineIn(folder, 'plan', '-detailed-exitcode', '-no-color');
      expect(given.exitCode).toBe(0);
    },
    LIMIT_MS,
  );

  it(
    'works with a domain in one configuration: one apply, no change by a function setting, one destroy',
    async () => {
      const deployment = await account();
      const { dns } = deployment;
      const gate = { nameservers: [dns.address], resolvers: [] };
      const together = (settings: object): string =>
        configuration(deployment, {
          control: module({
            bucket: { name: 'byodkim-keys' },
            protect_keys: false,
            allow: { servers: [dns.address] },
            ...settings,
          }),
          mail: {
            source: path.join(PROJECT_ROOT, 'modules/domain'),
            providers: { aws: 'aws', 'aws.zone': 'aws' },
            domain: 'example.com',
            selector: 's1',
            region: REGION,
            create_key: true,
            gate,
            // biome-ignore-start lint/suspicious/noTemplateCurlyInString: the engine's own expressions
            function_name: '${module.control.function_name}',
            ready_function_arn: '${module.control.ready_function_arn}',
            // biome-ignore-end lint/suspicious/noTemplateCurlyInString: the engine's own expressions
          },
        });
      const folder = together({});
      const engine = (...args: string[]) => deployment.engineIn(folder, ...args, '-no-color');
      await passed(engine('init'));
      const refused = await engine('apply', '-auto-approve');
      expect(refused.output).toContain('DNS_TXT_NOT_READY');
      const { record } = await deployment.invoke({ action: 'record', domain: 'example.com', selector: 's1' });
      dns.setTxt(record.name, record.value);
      await passed(engine('apply', '-auto-approve'));
      expect((await deployment.dkim('example.com')).SigningAttributesOrigin).toBe('EXTERNAL');
      expect((await engine('plan', '-detailed-exitcode')).exitCode).toBe(0);

      together({ gate: { wait_seconds: 1 }, log_retention_days: 400, tags: { team: 'mail' } });
      const changed = await passed(engine('apply', '-auto-approve'));
      expect(changed.output).toMatch(/module\.control\.aws_lambda_function\.this will be updated/);
      // Neither looked at later, nor tried again.
      expect(changed.output).not.toMatch(/# module\.mail\./);

      // The key store is left, with the keys in it: it went after the domain, which was rolled back by the function.
      const { output } = await engine('destroy', '-auto-approve');
      expect(output.match(/^.*Error: .*$/gm)).toEqual([expect.stringContaining('deleting S3 Bucket')]);
      expect(output).toContain('BucketNotEmpty');
      expect(await deployment.dkim('example.com')).toBeNull();
      expect((await deployment.ledger('example.com')).history.at(-1)).toMatchObject({ event: 'destroyed' });
    },
    LIMIT_MS,
  );

  describe('refuses before anything is made', () => {
    const planned = async (instances: Record<string, object>) => {
      const [deployment] = open as [Deployment];
      const folder = configuration(open[0]!, instances, 'refused');
      await passed(deployment.engineIn(folder, 'init', '-no-color'));
      return failed(deployment.engineIn(folder, 'plan', '-no-color'));
    };
    const refusals: readonly Refusal[] = [
      [{ kms_key_arn: 'arn:aws:kms:ap-northeast-1:123456789012:alias/keys' }, /an alias authorises nothing/],
      [
        { bucket: { name: 'a', existing: 'b' } },
        /bucket: expected name for a new bucket, or existing, but not both/,
      ],
      [{ function_name: '-mail' }, /function_name: expected letters, digits, - and _, the first one a/],
      [
        { key_readers: ['arn:aws:iam::123456789012:role/*'] },
        /key_readers: expected a list of ARNs: the ARN of an IAM role/,
      ],
      [{ topics: { dns: { subscribers: ['nobody'] } } }, /topics\.dns: expected create, \{ subscribers/],
      [{ audit: { schedule: 'rate(2 days)' } }, /audit\.schedule: expected cron\(…\) or rate\(…\)/],
    ];
    itRefuses(refusals, (instances) => planned(instances(module)));

    it('a zip that is not the published one, and a name that is too long in its region', async () => {
      const name = (length: number) => ({ function_name: 'x'.repeat(length) });
      const output = await planned({
        zip: module({ zip_sha256: '0'.repeat(64), ...name(39) }),
        name: module(name(40)),
      });
      const words = output.replaceAll(/\s*\n[│|]?\s*/g, ' ');
      expect(words.match(/Error: /g)).toHaveLength(2);
      expect(words).toContain('is not the zip that was published');
      expect(words).toContain('function_name: expected a name of at most 39 characters');
    });
  });
});
