import { byodkim } from '../demo/byodkim';
import type { Stage } from '../demo/stage';
import { play } from '../demo/story';
import { otherRegion } from './account';
import type { Traces } from './leftovers';
import { probe, probeVerification, trailFinding } from './probes';
import type { RecordedNarrator } from './recorded-narrator';
import type { Recorder } from './recorder';
import type { Finding, SendingRow } from './recording';
import type { SandboxAccount } from './sandbox-account';
import { probeSending, sendingFindings } from './sending';
import { probeExpression, probeSubscription, probeTags } from './side-probes';

/** The inputs of all questions. */
export interface Asked {
  readonly traces: Traces;
  readonly recorder: Recorder;
  readonly narrator: RecordedNarrator;
  readonly region: string;
  readonly later: (minutes: number) => Promise<void>;
  readonly sandbox: SandboxAccount | undefined;
}

/**
 * Asks all questions, the most important ones first, since the person may run out of time. A failure does not keep it from
 * the questions that follow.
 */
export async function askAll({ traces, recorder, narrator, region, later, sandbox }: Asked): Promise<void> {
  const { stage, clients, caller, otherClients, publisher } = traces;
  const { domain } = stage;
  const { publish } = publisher;
  const now = sandbox?.now ?? Date.now;
  const answer = (title: string, questions: () => Promise<readonly Finding[]>) =>
    narrator.step(title, async (show) => {
      for (const finding of await questions()) {
        recorder.found(finding);
        show(`${finding.question} ${finding.answer}`);
      }
      return 'answered';
    });
  const ask: typeof answer = (title, questions) => narrator.attempt(() => answer(title, questions));
  await ask('Send mail while SES verifies', async () => {
    const rows: SendingRow[] = [];
    const keep = (row: SendingRow): void => {
      rows.push(row);
      recorder.saw(row);
    };
    sandbox?.slowDown(2);
    try {
      await probeSending({ ses: clients.ses, domain, publish, later, now }, keep);
    } finally {
      sandbox?.slowDown(0);
    }
    return sendingFindings(rows);
  });
  const side = { clients, caller, region, domain, later, now };
  await ask('Ask IAM, SNS and CloudWatch', async () => [
    ...(await probeTags(side)),
    await probeSubscription(side),
    await probeExpression(side),
  ]);
  await narrator.attempt(async () => {
    await play(stage, narrator);
    await answer('Apply twice within seconds', async () => [await probeSecondApply(stage)]);
  });
  await ask('Ask what SES verifies, also in two regions', () =>
    probeVerification({
      regions: { [region]: clients, [otherRegion(region)]: otherClients },
      domain,
      publish,
      later,
    }),
  );
  await ask('Ask what no document tells', async () => [
    ...(await probe(clients, domain, stage.bucket)),
    trailFinding(region),
  ]);
}

/** Deploys the domain, and at once again. */
async function probeSecondApply(stage: Stage): Promise<Finding> {
  const said: string[] = [];
  for (const _ of ['first', 'second']) {
    const { exitCode, output } = await byodkim(stage, ['deploy', stage.domain, '--wait', '0'], () => {});
    const [line = 'nothing'] = output
      .split('\n')
      .filter((each) => each.includes(stage.domain))
      .slice(-1);
    said.push(`${line.trim()} (exit code ${exitCode})`);
  }
  return { question: 'What does a second apply within seconds see?', answer: said.join('; then: ') };
}
