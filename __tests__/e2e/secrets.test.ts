import { createPrivateKey, createPublicKey } from 'node:crypto';
import path from 'node:path';
import type { TerraformStack } from 'cdktf';
import { TerraformData } from '../../constructs/terraform-data';
import {
  dnsRecordObject,
  ledgerObject,
  privateKeyObject,
  recordName,
} from '../../handlers/contract/contract';
import { makeRole } from '../../packages/sandbox/__tests__/lambda/deployment';
import type { PolicyStatement, Principal } from '../../packages/sandbox/contract/service';
import { ADMIN, BUCKET, Deployment, failed, type OwnKey, passed } from '../support/deployment';
import { evidence } from '../support/evidence';
import { other, whileOtherFails } from '../support/failing-resource';
import { leakingTexts } from '../support/secrets';

const DOMAIN = 'example.com';
const S1 = { selector: 's1', createKey: true };
const S2 = { selector: 's2' };
const PUT = 'ses:PutEmailIdentityDkimSigningAttributes';

let deployment: Deployment;

beforeAll(async () => {
  const readers = [ADMIN, 'arn:aws:iam::123456789012:role/keeper-*'];
  deployment = await Deployment.start(
    {},
    {
      keyStore: { bucket: BUCKET, protect: false, readers, writers: [ADMIN] },
      topics: { dns: 'create', result: 'create', audit: 'create' },
    },
  );
  await passed(deployment.deployControl());
});
afterAll(() => deployment.close());

describe('a private key', () => {
  /** Everything that was seen at any time, by step and name. */
  const seen = new Map<string, string>();
  const keys: OwnKey[] = [];

  const step = async (name: string, run: () => Promise<unknown>): Promise<void> => {
    seen.set(`${name}: said`, JSON.stringify((await run()) ?? null));
    for (const [place, text] of await evidence(deployment)) seen.set(`${name}: ${place}`, text);
  };
  /** Saves a plan next to the state, and shows it as JSON. */
  const savedPlan = async (settings: object, extend?: (stack: TerraformStack) => void): Promise<string> => {
    const file = path.join(deployment.folder, 'saved.plan');
    await deployment.plan(DOMAIN, { ...settings }, extend, file);
    const { output } = await passed(deployment.command(DOMAIN, 'show', '-json', file));
    return output;
  };

  it('is in no file, output, log, answer, error, schedule, notice, ledger or report, whatever happens', async () => {
    await step('refused', () => failed(deployment.deploy(DOMAIN, S1, other('1'))));
    const made = (await deployment.read(privateKeyObject(DOMAIN, 's1')))!;
    const publicKey = createPublicKey(createPrivateKey(made)).export({ type: 'spki', format: 'der' });
    keys.push({ privateKey: made, publicKey: publicKey.toString('base64') });
    deployment.publish(DOMAIN, 's1', keys[0]!);
    await step('first apply', () => passed(deployment.deploy(DOMAIN, S1, other('1'))));

    keys.push(await deployment.storeKey(DOMAIN, 's2', 'pkcs8'));
    await step('wrong record', () => failed(deployment.deploy(DOMAIN, S2, other('2'))));
    deployment.publish(DOMAIN, 's2', keys[1]!);
    await step('plan', () => savedPlan(S2, other('2')));
    await step('failed stack', () =>
      whileOtherFails(deployment, () => failed(deployment.deploy(DOMAIN, S2, other('2')))),
    );
    await step('revert', () => deployment.expire());
    deployment.sandbox.faults.add({ operation: PUT, kind: 'resetAfter' });
    await step('failed Put', () => failed(deployment.deploy(DOMAIN, S2, other('3'))));
    deployment.sandbox.faults.clear();
    await step('rotation', () => passed(deployment.deploy(DOMAIN, S2, other('3'))));
    await step('state', async () => (await deployment.command(DOMAIN, 'show', '-json')).output);

    deployment.dns.removeTxt(recordName(DOMAIN, 's2'));
    const place = { domain: DOMAIN };
    const signing = { ...place, selector: 's1' };
    const asked: Readonly<Record<string, object>> = {
      audit: {},
      status: place,
      record: signing,
      create_key: signing,
      notify_dns_team: signing,
      update_ses_byodkim_automated: signing,
    };
    await step('calls', () =>
      Promise.all(Object.entries(asked).map(([action, fields]) => deployment.invoke({ action, ...fields }))),
    );
    await deployment.put(privateKeyObject(DOMAIN, 's1'), keys[0]!.privateKey.slice(0, -400));
    await step('broken key', () => deployment.invoke({ action: 'record', ...signing }));
    await step('destroy', () => passed(deployment.destroy(DOMAIN, S2, other('3'))));

    expect(leakingTexts(seen, keys)).toEqual([]);
  });

  it.each([
    'file out/stacks/example.com/terraform.tfstate',
    'file out/stacks/example.com/terraform.tfstate.backup',
    'file saved.plan: tfplan',
    'file saved.plan: tfstate',
    'log of the function',
    'log group',
    'schedule byodkim-example.com',
    'object byodkim-ledger/ap-northeast-1/example.com.json',
    'object byodkim-audit/',
    'object dns_records/example.com/s1.json',
    'notices dns',
    'notices result',
    'notices audit',
    'plan: said',
    'failed Put: said',
    'calls: said',
  ])('was searched for in: %s', (place) => {
    const texts = [...seen].filter(([name]) => name.includes(place)).map(([, text]) => text);
    expect(Math.max(...texts.map(({ length }) => length))).toBeGreaterThan(100);
  });

  it('would be found: a stack that keeps one itself leaks it into state, backup and plan', async () => {
    const key = keys[1]!;
    const careless = (stack: TerraformStack): void => {
      new TerraformData(stack, 'Careless', { input: key.privateKey });
    };
    deployment.publish(DOMAIN, 's2', key);
    const shown = await savedPlan(S2, careless);
    await passed(deployment.deploy(DOMAIN, S2, careless));
    await passed(deployment.destroy(DOMAIN, S2, careless));
    const found = leakingTexts(new Map([...(await evidence(deployment)), ['shown', shown]]), [key]);
    expect(found.map((text) => text.replace(/: [^:]*$/, ''))).toEqual(
      expect.arrayContaining([
        'shown',
        'file saved.plan: tfplan',
        'file out/stacks/example.com/terraform.tfstate.backup',
        'file out/stacks/example.com/cdk.tf.json',
      ]),
    );
  });
});

/** Who reads private keys and writes ledgers in a bucket that the control stack makes, whatever other policies grant. */
describe('the key store’s bucket', () => {
  const domain = 'kept.example.com';
  const KEY = privateKeyObject(domain, 's1');
  const LEDGER = ledgerObject('ap-northeast-1', domain);
  const RECORD = dnsRecordObject(domain, 's1');

  const role = async (name: string, ...actions: string[]): Promise<Principal> => {
    const statement: PolicyStatement = { Effect: 'Allow', Action: actions, Resource: '*' };
    const roleArn = await makeRole(deployment.sandbox, name, 'ec2.amazonaws.com', [statement]);
    return { type: 'role', roleName: name, roleArn, sessionName: 'session' };
  };
  const s3 = (operation: string, input: object, principal: Principal) =>
    deployment.sandbox.call('s3', operation, { Bucket: BUCKET, ...input }, { principal });
  const denied = {
    code: 'AccessDenied',
    message: expect.stringContaining('explicit deny in a resource-based policy'),
  };

  beforeAll(async () => {
    await deployment.ready(domain, 's1');
    await passed(deployment.deploy(domain, { selector: 's1' }));
  });

  it('lets AWS’s ReadOnlyAccess read records and ledgers, but no private key in any version', async () => {
    const reader = await role('read-only', 's3:Get*', 's3:List*', 's3:Describe*');
    for (const Key of [RECORD, LEDGER]) expect((await s3('GetObject', { Key }, reader)).ETag).toMatch(/"/);
    const { VersionId } = await s3('HeadObject', { Key: KEY }, { type: 'admin' });
    await expect(s3('GetObject', { Key: KEY }, reader)).rejects.toMatchObject(denied);
    await expect(s3('GetObject', { Key: KEY, VersionId }, reader)).rejects.toMatchObject(denied);
    await expect(s3('HeadObject', { Key: KEY }, reader)).rejects.toMatchObject({ statusCode: 403 });
  });

  it('refuses keys and records from a stranger with s3:PutObject, but accepts them from a writer in the list', async () => {
    const stranger = await role('stranger', 's3:PutObject');
    const input = (Key: string) => ({ Key, Body: Buffer.from('planted') });
    for (const Key of [privateKeyObject(domain, 's2'), dnsRecordObject(domain, 's2'), KEY])
      await expect(s3('PutObject', input(Key), stranger)).rejects.toMatchObject(denied);
    expect((await s3('PutObject', input(RECORD), { type: 'admin' })).ETag).toMatch(/"/);
  });

  it('lets `s3:*` copy no key out, remove no version of one, and change no ledger, report or drill', async () => {
    const power = await role('power-user', 's3:*');
    const { VersionId } = await s3('HeadObject', { Key: KEY }, { type: 'admin' });
    await expect(s3('DeleteObject', { Key: KEY, VersionId }, power)).rejects.toMatchObject(denied);
    await expect(s3('GetObject', { Key: KEY }, power)).rejects.toMatchObject(denied);
    for (const Key of [LEDGER, 'byodkim-audit/a.json', 'byodkim-drill/d.json']) {
      await expect(s3('PutObject', { Key, Body: Buffer.from('{}') }, power)).rejects.toMatchObject(denied);
      await expect(s3('DeleteObject', { Key }, power)).rejects.toMatchObject(denied);
    }
  });
});
