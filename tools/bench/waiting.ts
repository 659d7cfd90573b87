/**
 * Measures how long a deploy continues after SES has verified, in real time: `npm run bench -- waiting [SECONDS …]`.
 * Each case has an account of its own, and several wait at once.
 */
import { mapConcurrently } from '../../cli/pace/concurrency';
import { recordName } from '../../handlers/contract/contract';
import { recordValue } from '../../handlers/keys/format/public-key';
import { controlStackId } from '../../list/domain-list';
import type { LambdaService } from '../../packages/sandbox/aws/services/lambda';
import type { SesService } from '../../packages/sandbox/aws/services/ses';
import { runByodkim } from '../demo/byodkim';
import { type DomainKey, makeKey } from '../demo/keys';
import { SandboxStage } from '../demo/sandbox-stage';
import type { Bench } from './main';

/** The time that SES takes to verify. */
const SECONDS = [400, 200, 90, 60, 30];
const MOST_SECONDS = 10;
const AT_ONCE = 10;
/** Two passes of ten cases: twenty runs. */
const RUNS = 2;

interface Case {
  readonly seconds: number;
  /** Whether the stack finishes only once SES has verified. */
  readonly required: boolean;
}

export const measure: Bench = async (smallest, options) => {
  const asked = options.length > 0 ? options.map(Number) : SECONDS;
  const cases = (smallest ? [1] : asked).flatMap((seconds) =>
    [true, false].flatMap((required) =>
      Array.from({ length: smallest ? 1 : RUNS }, (): Case => ({ seconds, required })),
    ),
  );
  const key = makeKey('pkcs1');
  const rows = await mapConcurrently(cases, AT_ONCE, async ({ seconds, required }) => ({
    'SES takes (s)': seconds,
    required: required ? 'yes' : 'no',
    'the deploy ends after SES by (s)': await secondsBeyond({ seconds, required }, key),
  }));
  const late = rows.filter((row) => row['the deploy ends after SES by (s)'] > MOST_SECONDS);
  return {
    rows,
    note: `${rows.length - late.length} of ${rows.length} deploys end at most ${MOST_SECONDS} s after SES has verified.`,
    failures: late.map(
      (row) => `SES at ${row['SES takes (s)']} s, required ${row.required}: more than ${MOST_SECONDS} s.`,
    ),
  };
};

/** Deploys a domain, and returns how long the command continued after SES had verified. */
async function secondsBeyond({ seconds, required }: Case, key: DomainKey): Promise<number> {
  const stage = await SandboxStage.open();
  const { sandbox, domain } = stage;
  const byodkim = async (...args: string[]): Promise<void> => {
    const { exitCode, output } = await runByodkim(stage, args);
    if (exitCode !== 0) throw new Error(output.slice(-20_000));
  };
  try {
    stage.writeList({ selector: 's1', ...(required && { verification: { required } }) });
    await byodkim('deploy', controlStackId(stage.region));
    await stage.storeKey('s1', key);
    stage.dns.setTxt(recordName(domain, 's1'), recordValue({ spki: key.publicKey }));
    sandbox.service<LambdaService>('lambda').configure({ sleep: 'real' });
    sandbox.service<SesService>('ses').pace({ delayMs: seconds * 1000 });
    sandbox.sesRate.requestsPerSecond = 1;
    await byodkim('deploy', domain);
    const endedAt = sandbox.clock.now();
    const put = sandbox.calls.findLast(
      ({ operation, outcome }) => operation === 'PutEmailIdentityDkimSigningAttributes' && outcome === 'ok',
    );
    if (put === undefined) throw new Error('The deploy has not set the key.');
    return Math.round((endedAt - put.at) / 100 - seconds * 10) / 10;
  } finally {
    await stage.close();
  }
}
