import { createPrivateKey, createPublicKey } from 'node:crypto';
import path from 'node:path';
import { SsmParameter } from '@cdktf/provider-aws/lib/ssm-parameter';
import type { TerraformStack } from 'cdktf';
import { privateKeyObject, recordName } from '../../handlers/contract';
import { Deployment, failed, makeKey, type OwnKey, passed } from '../support/deployment';
import { evidence } from '../support/evidence';
import { other, whileOtherFails } from '../support/failing-resource';
import { leakingTexts, leaks } from '../support/secrets';

const DOMAIN = 'example.com';
const S1 = { selector: 's1', createKey: true };
const S2 = { selector: 's2' };
const PUT = 'ses:PutEmailIdentityDkimSigningAttributes';

describe('a private key', () => {
  let deployment: Deployment;
  /** Everything that was seen at any time, by step and name. */
  const seen = new Map<string, string>();
  const keys: OwnKey[] = [];

  const step = async (name: string, run: () => Promise<unknown>): Promise<void> => {
    seen.set(`${name}: said`, JSON.stringify((await run()) ?? null));
    for (const [place, text] of await evidence(deployment)) seen.set(`${name}: ${place}`, text);
  };
  /** Saves a plan beside the state, and shows it as JSON. */
  const savedPlan = async (settings: object, extend?: (stack: TerraformStack) => void): Promise<string> => {
    const file = path.join(deployment.first.folder, 'saved.plan');
    await deployment.first.plan(DOMAIN, { ...settings }, extend, file);
    const { output } = await passed(deployment.first.command(DOMAIN, 'show', '-json', file));
    return output;
  };
  const ask = (event: object) => deployment.invoke({ domain: DOMAIN, selector: 's1', ...event });

  beforeAll(async () => {
    const topics = { dns: 'create', result: 'create', audit: 'create' };
    deployment = await Deployment.start({ lambda: { sleep: { factor: 0.1 } } }, { topics });
    await passed(deployment.deployControl());
  });
  afterAll(() => deployment.close());

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
    await step('state', async () => (await deployment.first.command(DOMAIN, 'show', '-json')).output);

    deployment.dns.removeTxt(recordName(DOMAIN, 's2'));
    const actions = [
      'audit',
      'status',
      'record',
      'create_key',
      'notify_dns_team',
      'update_ses_byodkim_automated',
    ];
    await step('calls', () => Promise.all(actions.map((action) => ask({ action }))));
    await deployment.put(privateKeyObject(DOMAIN, 's1'), keys[0]!.privateKey.slice(0, -400));
    await step('broken key', () => ask({ action: 'record' }));
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
  ])('was looked for in: %s', (place) => {
    const texts = [...seen].filter(([name]) => name.includes(place)).map(([, text]) => text);
    expect(Math.max(...texts.map(({ length }) => length))).toBeGreaterThan(100);
  });

  it('would be found: a stack that keeps one itself leaks it into state, backup and plan', async () => {
    const key = keys[1]!;
    const careless = (stack: TerraformStack): void => {
      new SsmParameter(stack, 'Careless', { name: '/careless', type: 'String', value: key.privateKey });
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

describe('the search for a private key', () => {
  const key = makeKey();
  const base64 = key.privateKey.replace(/-----[^-]+-----|\s/g, '');
  const piece = base64.slice(1000, 1030);

  it.each([
    ['in one piece', `"key":"${piece}"`],
    ['over lines', `${piece.slice(0, 12)}\n${piece.slice(12)}`],
    ['over lines of a JSON text', JSON.stringify(`${piece.slice(0, 12)}\r\n${piece.slice(12)}`)],
    ['as base64url', piece.replaceAll('+', '-').replaceAll('/', '_')],
    ['percent-encoded', encodeURIComponent(base64.slice(900, 1100))],
    ['in base64 of base64', Buffer.from(`{"key":"${base64.slice(900, 1100)}"}`).toString('base64')],
    ['as PEM in base64', Buffer.from(key.privateKey).toString('base64')],
  ])('finds a run of 24 characters %s', (_, text) => {
    expect(leaks(`before ${text} after`, key)).not.toEqual([]);
  });

  it('finds the beginning of any PEM', () => {
    expect(leakingTexts(new Map([['a', '-----BEGIN RSA PRIVATE KEY-----']]), [])).toEqual(['a: PEM']);
  });

  it('takes neither the public key nor less than 24 characters for a leak', () => {
    // Over a blank the search reads on: a public key that ends as the piece's predecessor does would make it 24.
    expect(leaks(`v=DKIM1; k=rsa; p=${key.publicKey}; ${piece.slice(0, 23)}`, key)).toEqual([]);
  });
});
