import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { App } from 'cdktf';
import type { HandlerCode } from '../constructs';
import { CONTRACT_REVISION } from '../handlers/contract/contract';
import { REVISION_OUTPUT } from '../list/domain-list';
import { parseDomainList } from '../list/read-list';
import { compose } from '../main';

const PROJECT = path.resolve(__dirname, '..');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'byodkim-main-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Synthesizes a list; its file lies in the folder of the test. */
function stacksOf(
  text: string,
  ofCode: Buffer = Buffer.alloc(32),
): { stacks: Record<string, any>; manifest: any } {
  const zip = path.join(folder, 'handler.zip');
  writeFileSync(zip, 'code');
  const code: HandlerCode = { path: zip, sha256Base64: ofCode.toString('base64') };
  const outdir = path.join(folder, 'out');
  rmSync(outdir, { recursive: true, force: true });
  mkdirSync(outdir);
  const app = new App({ outdir });
  compose(app, parseDomainList(text, path.join(folder, 'domains.yaml')), code);
  app.synth();
  const read = (file: string) => JSON.parse(readFileSync(path.join(outdir, file), 'utf8'));
  const stacks = Object.fromEntries(
    readdirSync(path.join(outdir, 'stacks')).map((id) => [id, read(`stacks/${id}/cdk.tf.json`)]),
  );
  return { stacks, manifest: read('manifest.json') };
}

const LIST = `
control:
  keyStore: { bucket: "acme-{region}", alsoRead: ["other-{region}/keys/"] }
  topics: { dns: create, audit: "arn:aws:sns:{region}:123456789012:audit" }
  notices: { language: ja, contact: mail@example.com }
provider: { allowedAccountIds: ["123456789012"], assumeRoleArn: "arn:aws:iam::123456789012:role/deploy" }
defaults: { region: us-east-1, selector: s1, gate: { waitSeconds: 5 } }
domains:
  example.com:
  example.org: { region: eu-west-1, keyStore: { bucket: "other-{region}", privateKey: keys/a.pem, dnsRecords: keys/ } }
  bücher.example: { confirmTimeoutMinutes: 0, heal: true }
`;

/** The stacks of `LIST`, synthesized once. */
let listed: ReturnType<typeof stacksOf>;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'byodkim-main-'));
  listed = stacksOf(LIST);
  rmSync(folder, { recursive: true });
});

const only = (resources: Record<string, any>): any => {
  expect(Object.keys(resources)).toHaveLength(1);
  return Object.values(resources)[0];
};
const invocation = (stack: any, name: string): any =>
  Object.entries<any>(stack.resource.aws_lambda_invocation).find(([id]) => id.includes(name))![1];

describe('the stacks of a list', () => {
  it('are a control plane for each region, and one for each domain, which cdktf deploys without the others', () => {
    const { stacks, manifest } = listed;
    expect(Object.keys(stacks).sort()).toEqual([
      'byodkim-control-eu-west-1',
      'byodkim-control-us-east-1',
      'example.com',
      'example.org',
      'xn--bcher-kva.example',
    ]);
    expect(Object.values<any>(manifest.stacks).flatMap(({ dependencies }) => dependencies)).toEqual([]);
  });

  it('come after their control stack, says each control stack to whoever runs cdktf', () => {
    const { manifest } = listed;
    const [first] = manifest.stacks['byodkim-control-eu-west-1'].annotations;
    expect(first).toMatchObject({
      level: '@cdktf/info',
      message: expect.stringContaining(
        'the domains of eu-west-1 cannot be: run `cdktf deploy byodkim-control-eu-west-1` first',
      ),
    });
    // It would hold paths of this machine.
    expect(first).not.toHaveProperty('stacktrace');
  });

  it('are one for each entry, without knowledge of the domain’s other regions', () => {
    const { stacks } = stacksOf(`
control: { keyStore: { bucket: "acme-{region}" } }
defaults: { region: ap-northeast-1, createKey: true, record: { hostedZoneId: Z1 } }
domains:
  example.com: { selector: s1 }
  example.com@us-east-1: { selector: s2 }
`);
    const further = stacks['example.com@us-east-1'];
    expect(only(further.resource.aws_route53_record).name).toBe('s2._domainkey.example.com');
    const input = JSON.parse(invocation(further, 'Signing').input);
    expect(input).toMatchObject({ domain: 'example.com', region: 'us-east-1', selector: 's2' });
    expect(input).not.toHaveProperty('keyStore');
    expect(further.terraform.backend.local.path).toMatch(/example\.com@us-east-1\.tfstate$/);
    expect(JSON.stringify(further)).not.toContain('ap-northeast-1');
  });

  it('give the role of another region access to the bucket for the keys that it shares', () => {
    const { stacks } = stacksOf(`
control: { keyStore: { bucket: "acme-{region}", kmsKeyArn: "arn:aws:kms:{region}:123456789012:key/mrk-1" } }
defaults: { region: us-east-1, selector: s1, createKey: true }
domains:
  example.com: { record: { hostedZoneId: Z1 } }
  example.com@eu-west-1:
  example.org: { selector: s2 }
`);
    const [home, other] = ['us-east-1', 'eu-west-1'].map((region) => stacks[`byodkim-control-${region}`]);
    const denials = ({ resource }: any) =>
      JSON.parse(only(resource.aws_s3_bucket_policy).policy.replace(/\$\{[^}]*\}/g, 'X')).Statement.filter(
        ({ Sid }: any) => /^(PrivateKeys|SharedKeys)/.test(Sid),
      );
    const [excepted, limited] = denials(home);
    const role = expect.stringMatching(/:role\/ses-byodkim-eu-west-1$/);
    expect(excepted.Condition.ArnNotLike['aws:PrincipalArn']).toEqual([expect.anything(), role]);
    expect(limited.Condition).toEqual({ ArnLike: { 'aws:PrincipalArn': role } });
    expect(limited.NotResource.at(-1)).toMatch(/\/dkim-certificates\/example\.com\/\*$/);
    expect(denials(other)).toHaveLength(2);

    const event = (stack: string) => JSON.parse(invocation(stacks[stack], 'Signing').input);
    expect(event('example.com').rotation.sharedWith).toEqual([
      { region: 'eu-west-1', bucket: 'acme-eu-west-1' },
    ]);
    expect(event('example.com@eu-west-1')).toMatchObject({
      keyStore: { bucket: 'acme-us-east-1' },
      rotation: { sharedWith: [{ region: 'us-east-1', bucket: 'acme-us-east-1', home: true }] },
    });
    expect(Object.keys(stacks['example.com@eu-west-1'].resource)).not.toContain('aws_route53_record');
  });

  it('refuse an engine that is too old or known to be faulty, whatever command runs it', () => {
    for (const stack of Object.values(listed.stacks))
      expect(stack.terraform.required_version).toBe('>= 1.6.0, != 1.16.0');
  });

  it('notify the topic of their own region', () => {
    const { stacks } = listed;
    const topicIn = (region: string): string =>
      only(stacks[`byodkim-control-${region}`].resource.aws_lambda_function).environment.variables
        .BYODKIM_AUDIT_TOPIC_ARN;
    for (const region of ['us-east-1', 'eu-west-1'])
      expect(topicIn(region)).toBe(`arn:aws:sns:${region}:123456789012:audit`);
  });

  it('pass the settings of the list to the control plane', () => {
    const control = listed.stacks['byodkim-control-eu-west-1'];
    expect(control.provider.aws).toEqual([
      {
        region: 'eu-west-1',
        allowed_account_ids: ['123456789012'],
        assume_role: [{ role_arn: 'arn:aws:iam::123456789012:role/deploy' }],
        max_retries: 25,
        retry_mode: 'adaptive',
      },
    ]);
    expect(only(control.resource.aws_s3_bucket).bucket).toBe('acme-eu-west-1');
    expect(JSON.stringify(control.resource.aws_iam_role_policy)).toContain('other-eu-west-1/keys/');
    expect(only(control.resource.aws_lambda_function).environment.variables).toMatchObject({
      BYODKIM_NOTICE_LANGUAGE: 'ja',
      BYODKIM_NOTICE_CONTACT: 'mail@example.com',
      BYODKIM_GATE: '{"waitSeconds":5}',
    });
    expect(control.resource).toHaveProperty('aws_cloudwatch_metric_alarm');
    expect(control.output.key_store_bucket.value).toContain('aws_s3_bucket');
    expect(control.output[REVISION_OUTPUT].value).toBe(CONTRACT_REVISION);
  });

  it('allow the zones of the list’s own delegations, each in the regions that use it', () => {
    const delegated = (zone: string) =>
      `{ hostedZoneId: Z1, delegation: { zone: ${zone}, selectors: [s1, s2] } }`;
    const list = LIST.replace('example.com:', `example.com: { record: ${delegated('keys.example.net')} }`)
      .replace('example.org: { ', `example.org: { record: ${delegated('k.example')}, `)
      .replace('control:', 'control:\n  allow: { recursive: true }');
    const { stacks } = stacksOf(list);
    const allowed = (region: string) => {
      const { environment } = only(stacks[`byodkim-control-${region}`].resource.aws_lambda_function);
      return JSON.parse(environment.variables.BYODKIM_ALLOW);
    };
    expect(allowed('us-east-1')).toEqual({
      recursive: true,
      aliasZones: ['keys.example.net'],
    });
    expect(allowed('eu-west-1')).toEqual({ recursive: true, aliasZones: ['k.example'] });
  });

  it.each([
    ['example.com', LIST.replace('waitSeconds: 5', 'waitSeconds: 6')],
    ['byodkim-control-eu-west-1', LIST.replace('mail@example.com', 'dns@example.com')],
  ])('name the applied configuration once every resource exists: %s', (stack, changed) => {
    const { output, resource } = listed.stacks[stack];
    const { applied, ...others } = resource.terraform_data ?? {};
    // The plan must not know a value: an engine writes one that it knows though the apply fails.
    expect(output.applied.value).toBe(`\${terraform_data.applied.output.configuration}`);
    expect(applied.depends_on).toEqual(
      Object.entries<object>({ ...resource, terraform_data: others })
        .flatMap(([type, all]) => Object.keys(all).map((name) => `${type}.${name}`))
        .sort(),
    );
    const input = (text: string) => stacksOf(text).stacks[stack].resource.terraform_data.applied.input;
    expect(input(LIST)).toEqual(applied.input);
    expect(input(changed)).not.toEqual(applied.input);
  });

  it('name the record that was applied', () => {
    const { output } = listed.stacks['example.com'];
    expect(output.record_name.value).toBe(`\${terraform_data.applied.output.record_name}`);
  });

  it('name a different configuration of a control stack whose function has different code', () => {
    const hashOf = (ofCode: Buffer) => {
      const { stacks } = stacksOf(LIST, ofCode);
      return stacks['byodkim-control-eu-west-1'].resource.terraform_data.applied.input.configuration;
    };
    expect(hashOf(Buffer.alloc(32, 1))).not.toBe(hashOf(Buffer.alloc(32, 2)));
  });

  it('pass the settings of a domain to its identity', () => {
    const { stacks } = listed;
    expect(JSON.parse(invocation(stacks['example.org'], 'Signing').input)).toMatchObject({
      domain: 'example.org',
      selector: 's1',
      region: 'eu-west-1',
      keyStore: { bucket: 'other-eu-west-1', privateKey: 'keys/a.pem', dnsRecords: 'keys/' },
      gate: { waitSeconds: 5 },
    });
    expect(JSON.parse(invocation(stacks['xn--bcher-kva.example'], 'Signing').input)).toMatchObject({
      domain: 'xn--bcher-kva.example',
      confirmTimeoutMinutes: 0,
      heal: true,
    });
    expect(JSON.stringify(stacks)).not.toMatch(/"(?:line|name)\\?":\\?\d/);
  });

  it('keep shared state in S3, encrypted and locked', () => {
    const backend = (keyPrefix: string) =>
      stacksOf(
        `backend: { s3: { bucket: acme-state, region: us-east-1${keyPrefix} } }\ndefaults: { region: us-east-1, selector: s1 }\ndomains: { example.com: }\n`,
      ).stacks['example.com'].terraform.backend.s3;
    expect(backend('')).toEqual({
      bucket: 'acme-state',
      region: 'us-east-1',
      key: 'byodkim/example.com.tfstate',
      encrypt: true,
      use_lockfile: true,
    });
    rmSync(path.join(folder, 'out'), { recursive: true });
    expect(backend(', keyPrefix: mail/')).toMatchObject({ key: 'mail/example.com.tfstate' });
  });
});

describe('main', () => {
  const run = (list: string) => {
    const file = path.join(folder, 'domains.yaml');
    writeFileSync(file, list);
    const outdir = path.join(folder, 'cdktf.out');
    const { status, stderr } = spawnSync(process.execPath, ['tools/start.js', 'app'], {
      cwd: PROJECT,
      env: { ...process.env, BYODKIM_DOMAINS: file, CDKTF_OUTDIR: outdir },
      encoding: 'utf8',
    });
    return { status, stderr, made: readdirSync(folder).filter((name) => name !== 'domains.yaml') };
  };

  it('fails with every mistake of the list on a line of its own, and synthesizes nothing', () => {
    const { status, stderr, made } = run('domains:\n  excom: {}\n  example.com: { selektor: s1 }\n');
    const file = path.join(folder, 'domains.yaml');
    expect(
      stderr
        .trim()
        .split('\n')
        .map((line) => line.replace(/: found.*/, '')),
    ).toEqual([`${file}:2:3: domains.excom`, `${file}:3:18: domains.example.com.selektor`]);
    expect(status).toBe(1);
    expect(made).toEqual([]);
  });
});
