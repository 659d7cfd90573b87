import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { privateKeyObject, recordName } from '../../handlers/contract/contract';
import { recordValue } from '../../handlers/keys/format/public-key';
import type { SesService } from '../../packages/sandbox/aws/services/ses';
import { makeKey } from '../support/deployment';
import { ListDeployment } from '../support/list-deployment';

const DOMAIN = 'example.com';
/** Calls that change an identity or its signing. */
const WRITES = /^(Create|Delete|Put)EmailIdentity/;

/** The way from one domain without a stack to a reviewed list: the built command, and a real engine. */
describe('a domain that `byodkim set` has set', () => {
  let deployment: ListDeployment;
  let sandbox: ListDeployment['stage']['sandbox'];
  /** The timeline of the identity, and the calls, once `set` has ended. */
  let before: { readonly timeline: readonly object[]; readonly calls: number };

  beforeAll(async () => {
    deployment = await ListDeployment.start([]);
    const { stage } = deployment;
    ({ sandbox } = stage);
    const { privateKey, publicKey } = makeKey();
    writeFileSync(path.join(stage.folder, 'key.pem'), privateKey);
    stage.dns.setTxt(recordName(DOMAIN, 's1'), recordValue({ spki: publicKey }));
    await deployment.passes(...set, '--no-list', ...servers());
    before = { timeline: timeline(), calls: sandbox.calls.length };
  });
  afterAll(() => deployment.close());

  const set = ['set', DOMAIN, '-s', 's1', '--key-file', 'key.pem', '--yes'];
  const servers = () => {
    const { dns, region } = deployment.stage;
    return ['--region', region, '--nameserver', dns.address, '--resolver', dns.address];
  };
  const timeline = () => [...sandbox.service<SesService>('ses').timeline(DOMAIN)];
  const writes = () => sandbox.calls.slice(before.calls).filter(({ operation }) => WRITES.test(operation));

  it('is adopted and deployed by one command each, and signs throughout: SES is not written to', async () => {
    expect(before.timeline.at(-1)).toMatchObject({ status: 'SUCCESS', enabled: true });
    await deployment.passes('deploy', deployment.control, '--yes');
    const adopt = deployment.atTerminal('adopt', DOMAIN, '--key-file', 'key.pem');
    await adopt.printed(/Set the tag now\? Type "yes" to continue:/);
    adopt.child.stdin.write('yes\n');
    const { exitCode, output } = await adopt.ended;
    expect(exitCode).toBe(0);
    // Nothing is left to do but to review and deploy.
    expect(output).not.toMatch(/for NAME in/);
    expect(output).toMatch(/Next: review what a deploy would change or refuse\.\r?\n {2}byodkim review/);

    expect(await deployment.passes('deploy', DOMAIN, '--yes')).toContain('SES has verified it');
    expect(await deployment.passes('diff', DOMAIN)).toMatch(/^2 unchanged\.$/m);
    expect(await deployment.passes('status')).toContain('1 domain: 1 OK.');
    expect(await deployment.run(...set)).toMatchObject({
      exitCode: 3,
      output: expect.stringMatching(/DOMAIN_MANAGED: .* its ledger/),
    });
    expect(writes()).toEqual([]);
    expect(timeline()).toEqual(before.timeline);
  });

  it('keeps its identity, signature and key if its stack is destroyed', async () => {
    await deployment.passes('destroy', DOMAIN, '--yes');
    expect(writes()).toEqual([]);
    expect(timeline()).toEqual(before.timeline);
    expect(await deployment.signs(DOMAIN)).toBe('s1');
    const { Contents } = await sandbox.call('s3', 'ListObjectsV2', { Bucket: deployment.stage.bucket });
    expect(Contents).toContainEqual(expect.objectContaining({ Key: privateKeyObject(DOMAIN, 's1') }));
  });
});
