/**
 * Runs whole commands on the sandbox, whose SES accepts one call of each operation per second: `npm run bench -- calls
 * [DOMAINS]`.
 */
import { recordName } from '../../handlers/contract/contract';
import { recordValue } from '../../handlers/key/public-key';
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
  const byodkim = async (...args: string[]): Promise<void> => {
    const { exitCode, output } = await runByodkim(stage, args);
    if (exitCode !== 0) throw new Error(output.slice(-20_000));
  };
  const counted = async (what: string, ...args: string[]): Promise<void> => {
    sandbox.calls.length = 0;
    const startedAt = performance.now();
    await byodkim(...args);
    const calls = sandbox.calls.filter(({ service }) => service === 'ses');
    const refused = calls.filter(({ outcome }) => outcome === 'TooManyRequestsException').length;
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    rows.push({ what, seconds, 'calls of SES': calls.length - refused, refused });
  };
  try {
    stage.writeList({ selector: 's1' }, domains);
    await byodkim('deploy', controlStackId(stage.region));
    const key = makeKey('pkcs1');
    for (const domain of domains) {
      await stage.storeKey('s1', key, domain);
      stage.dns.setTxt(recordName(domain, 's1'), recordValue({ spki: key.publicKey }));
    }
    sandbox.service<LambdaService>('lambda').configure({ sleep: { factor: 1 } });
    sandbox.sesRate.requestsPerSecond = 1;
    await counted('first deploy --all', 'deploy', '--all', '--yes');
    await counted('deploy --all, nothing changed', 'deploy', '--all', '--yes');
  } finally {
    await stage.close();
  }
  return { rows, note: `${domains.length} domains.` };
};
