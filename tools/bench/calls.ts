/**
 * Runs whole commands on the sandbox, whose SES accepts one call of each operation per second: `npm run bench -- calls
 * [DOMAINS]`.
 */
import { recordName } from '../../handlers/contract/contract';
import { recordValue } from '../../handlers/keys/format/public-key';
import { controlStackId } from '../../list/domain-list';
import type { LambdaService } from '../../packages/sandbox/aws/services/lambda';
import { runByodkim } from '../demo/byodkim';
import { makeKey } from '../demo/keys';
import { SandboxStage } from '../demo/sandbox-stage';
import type { Bench } from './main';

export const measure: Bench = async (smallest, [count = smallest ? '2' : '10']) => {
  const domains = Array.from({ length: Number(count) }, (_, at) => `d${at}.example.com`);
  const stage = await SandboxStage.open();
  const { sandbox } = stage;
  const rows: Record<string, string | number>[] = [];
  const byodkim = async (args: readonly string[], env: Record<string, string> = {}): Promise<void> => {
    const environment = { ...stage.environment, ...env };
    const { exitCode, output } = await runByodkim({ folder: stage.folder, environment }, args);
    if (exitCode !== 0) throw new Error(output.slice(-20_000));
  };
  const counted = async (
    what: string,
    args: readonly string[],
    env?: Record<string, string>,
  ): Promise<void> => {
    sandbox.calls.length = 0;
    const startedAt = performance.now();
    await byodkim(args, env);
    const calls = sandbox.calls.filter(({ service }) => service === 'ses');
    const refused = calls.filter(({ outcome }) => outcome === 'TooManyRequestsException').length;
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    const invocations = sandbox.calls.filter(({ operation }) => operation === 'Invoke').length;
    rows.push({ what, seconds, 'calls of SES': calls.length - refused, refused, invocations });
  };
  try {
    stage.writeList({ selector: 's1' }, domains);
    await byodkim(['deploy', controlStackId(stage.region)]);
    const key = makeKey('pkcs1');
    for (const domain of domains) {
      await stage.storeKey('s1', key, domain);
      stage.dns.setTxt(recordName(domain, 's1'), recordValue({ spki: key.publicKey }));
    }
    sandbox.service<LambdaService>('lambda').configure({ sleep: { factor: 1 } });
    sandbox.sesRate.requestsPerSecond = 1;
    const all = ['deploy', '--all', '--yes'];
    await counted('first deploy --all', all);
    await counted('deploy --all, nothing changed', all);
    // An entry is planned if the environment adds arguments to the engine.
    await counted('deploy --all, nothing changed, all planned', all, {
      TF_CLI_ARGS_plan: '-compact-warnings',
    });
  } finally {
    await stage.close();
  }
  return { rows, note: `${domains.length} domains.` };
};
