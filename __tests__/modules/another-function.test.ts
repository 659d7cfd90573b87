import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT } from '../../constructs/built-handler';
import { dnsRecordObject, privateKeyObject } from '../../handlers/contract/contract';
import { ENGINES, type NamedEngine } from '../../packages/terraform/__tests__/engine/engines';
import { InProcessEngine } from '../../packages/terraform/engine/in-process-engine';
import { ADMIN, Deployment, FUNCTION, passed } from '../support/deployment';

const OTHER = {
  functionName: 'other-byodkim',
  keyStore: { bucket: 'other-keys', protect: false, writers: [ADMIN] },
};

const [FIRST] = ENGINES;
/** The other engine, if there are two: each of them meets one of the two forms of a stack. */
const LAST = ENGINES.at(-1)!;

/** Another function adopts in its own ledger, and the earlier one would take the delete of its baseline for a destroy. */
describe('a different function for a stack', () => {
  let deployment: Deployment;
  let running: InProcessEngine;

  beforeAll(async () => {
    deployment = await Deployment.start();
    running = new InProcessEngine(deployment.sandbox);
    await passed(deployment.deployControl());
    const elsewhere = deployment.workplace(deployment.sandbox.environment);
    elsewhere.list = { ...deployment.list, control: OTHER };
    await passed(elsewhere.deployControl());
  });
  afterAll(async () => {
    await running.close();
    await deployment.close();
  });

  const runWith =
    ({ engine }: NamedEngine) =>
    (cwd: string, ...args: string[]) =>
      running.run([...args, '-no-color'], { cwd, engine });
  const puts = () =>
    deployment.sandbox.calls.filter(({ operation }) => operation.startsWith('PutEmail')).length;

  /** Stores the key where each of the two functions looks for it. */
  async function ready(domain: string): Promise<void> {
    await deployment.ready(domain, 's1');
    const { bucket: Bucket } = OTHER.keyStore;
    for (const Key of [privateKeyObject(domain, 's1'), dnsRecordObject(domain, 's1')]) {
      const Body = Buffer.from((await deployment.read(Key))!);
      await deployment.sandbox.call('s3', 'PutObject', { Bucket, Key, Body });
    }
  }

  const gate = () => ({ nameservers: [deployment.dns.address], resolvers: [] });

  function inHcl(domain: string, function_name: string): string {
    const folder = path.join(deployment.folder, domain);
    mkdirSync(folder, { recursive: true });
    const mail = {
      source: path.join(PROJECT_ROOT, 'modules/domain'),
      providers: { aws: 'aws', 'aws.zone': 'aws' },
      ...{ domain, selector: 's1', region: 'ap-northeast-1', gate: gate(), function_name },
    };
    const provider = { aws: { region: 'ap-northeast-1' } };
    writeFileSync(path.join(folder, 'main.tf.json'), JSON.stringify({ provider, module: { mail } }));
    return folder;
  }

  function byConstruct(domain: string, functionName: string): string {
    const control = functionName === FUNCTION ? deployment.list.control : OTHER;
    deployment.list = { ...deployment.list, control };
    return deployment.write(domain, { selector: 's1', gate: gate() });
  }

  it.each([
    { form: 'the module', domain: 'hcl.example.com', write: inHcl, module: 'module.mail.', ...FIRST! },
    { form: 'the construct', domain: 'construct.example.com', write: byConstruct, module: '', ...LAST },
  ])(
    'is refused by the plan of $form with $title, and its advice leaves SES unchanged',
    async ({ domain, write, module, ...engine }) => {
      const run = runWith(engine);
      const apply = (cwd: string) => passed(run(cwd, 'apply', '-auto-approve'));
      await ready(domain);
      const folder = write(domain, FUNCTION);
      await passed(run(folder, 'init'));
      await apply(folder);
      const before = puts();

      write(domain, OTHER.functionName);
      const refused = await run(folder, 'apply', '-auto-approve');
      expect(refused.exitCode).toBe(1);
      const words = refused.output.replace(/[\s│╷╵]+/g, ' ');
      expect(words).toContain(`made with the function ${FUNCTION}; found ${OTHER.functionName}.`);
      expect(words).not.toMatch(/(?:Creating|Destroying|Modifying)\.\.\./);
      expect(puts()).toBe(before);

      const [, baseline, memory] = /run the engine's `state rm` for (\S+) and (\S+?),? (?:of this|both)/.exec(
        words,
      )!;
      await passed(run(folder, 'state', 'rm', `${module}${baseline}`, `${module}${memory}`));
      await apply(folder);
      await passed(run(folder, 'plan', '-detailed-exitcode'));
      expect(puts()).toBe(before);
      expect(await deployment.dkim(domain)).toMatchObject({
        SigningAttributesOrigin: 'EXTERNAL',
        Tokens: ['s1'],
      });
    },
  );

  it('is not refused for a stack that was made before its function was recorded', async () => {
    const domain = 'earlier.example.com';
    const run = runWith(FIRST!);
    const apply = (cwd: string) => passed(run(cwd, 'apply', '-auto-approve'));
    await ready(domain);
    const folder = inHcl(domain, FUNCTION);
    await passed(run(folder, 'init'));
    await apply(folder);
    await passed(run(folder, 'state', 'rm', 'module.mail.terraform_data.function'));
    expect((await run(folder, 'plan')).output).toContain('Plan: 1 to add, 0 to change, 0 to destroy.');
    await apply(folder);
    await passed(run(folder, 'plan', '-detailed-exitcode'));
  });
});
