import type { DrillAnswer } from '../../handlers/drill/drill';
import { controlStackId } from '../../list/domain-list';
import { callFunction, type FunctionTarget } from '../aws/function';
import { CliError, orCliError } from '../cli-error';
import { type Cli, CliCommand, type GlobalOptions, wholeNumber } from '../command';
import { readList } from '../domain-list';
import { EXIT, type ExitCode, worst } from '../exit-codes';
import { functionsOf } from '../target';

interface DrillOptions extends GlobalOptions {
  readonly wait: number;
}

export const drillCommand = (): CliCommand =>
  new CliCommand('drill', 'test the rollback on this account')
    .description(
      'Arms a real one-time schedule, with the code that arms the revert of a change, and waits until it has reached the ' +
        'function. No identity is touched, and nothing stays armed. Run it after each deploy of the control stack.',
    )
    .option('--wait <seconds>', 'how late the schedule may be', wholeNumber(60, 3600), 300)
    .ends({
      ok: 'the rollback works',
      wrong: 'it does not; what to fix is printed',
      cannotTell: 'the function could not be called',
      examples: [
        ['drill', 'in every region of the list; takes about two minutes'],
        ['drill --region ap-northeast-1 --no-list', 'without a list, in any account'],
      ],
    })
    .runs(drill);

async function drill(cli: Cli, options: DrillOptions): Promise<ExitCode> {
  const ends: DrillEnd[] = [];
  for (const place of functionsOf(cli.world, options, await readList(cli.world, options)))
    ends.push(await runDrill(cli, place, options.wait));
  const exitCode = worst(ends.map((end) => end.exitCode));
  if (cli.out.json) cli.out.result({ regions: ends, exitCode }, () => '');
  return exitCode;
}

interface DrillStep {
  readonly step: 'armed' | 'arrived';
  readonly ok: boolean;
  readonly text: string;
  /** What to fix; absent if nothing is wrong. */
  readonly remedy?: string;
}

interface DrillEnd {
  readonly region: string;
  readonly steps: readonly DrillStep[];
  readonly exitCode: ExitCode;
}

const POLL_MS = 5_000;

type Armed = DrillAnswer['drill'];

/**
 * Drills one region, and prints each step as it ends. A step that fails ends the drill of this region only. A schedule that is
 * armed fires once and changes nothing, so an interrupted drill has nothing to remove.
 */
async function runDrill(cli: Cli, place: FunctionTarget, waitSeconds: number): Promise<DrillEnd> {
  const steps: DrillStep[] = [];
  const report = (step: DrillStep['step'], text: string, remedy?: string): void => {
    const ended = { step, ok: remedy === undefined, text, ...(remedy !== undefined && { remedy }) };
    steps.push(ended);
    if (!cli.out.json) cli.out.result(ended, () => format(cli, place, ended));
  };
  const end = (exitCode: ExitCode): DrillEnd => ({ region: place.region, steps, exitCode });
  const call = (request: object): Promise<DrillAnswer> =>
    callFunction(cli.world, place, 'drill', { ...request });

  const armed = await orCliError(call({}));
  if (armed instanceof CliError) {
    // Without an answer of the function, or of one that is older, nothing is known of the rollback.
    const remedy =
      armed.details === undefined || armed.code === 'UNSUPPORTED_ACTION' ? (armed.advice ?? '') : undefined;
    report('armed', `${armed.code}: ${armed.message}`, remedy ?? remedyOfArming(place));
    return end(remedy === undefined ? EXIT.wrong : EXIT.cannotTell);
  }
  const { account, schedulerRoleArn, scheduleGroup } = armed.setting;
  const { schedule, firesAt } = armed.drill;
  const where = `${place.functionName}${account ? `, in the account ${account},` : ''}`;
  report('armed', `the function ${where} has armed schedule ${scheduleGroup}/${schedule} for ${firesAt}`);
  const { firedAt } = await untilFired(cli, armed.drill, waitSeconds, call);
  if (firedAt === null)
    report(
      'arrived',
      `it did not reach the function within ${waitSeconds} s of its time`,
      remedyOfFiring(place, armed.setting),
    );
  else report('arrived', `it reached the function at ${firedAt}, as ${schedulerRoleArn}`);
  return end(firedAt === null ? EXIT.wrong : EXIT.ok);
}

async function untilFired(
  { world, out }: Cli,
  { drill, firesAt, schedule }: Armed,
  waitSeconds: number,
  call: (request: object) => Promise<DrillAnswer>,
): Promise<Armed> {
  const giveUpAt = Date.parse(firesAt) + waitSeconds * 1000;
  for (;;) {
    const { drill: found, now } = await call({ drill });
    const left = giveUpAt - Date.parse(now);
    if (found.firedAt !== null || left <= 0) return found;
    out.progress.show(`Waiting for ${schedule}, ${Math.ceil(left / 1000)} s at most`);
    await world.clock.sleep(Math.min(POLL_MS, left), world.signal);
  }
}

const redeploy = ({ region }: FunctionTarget): string => `\`byodkim deploy ${controlStackId(region)}\``;

const remedyOfArming = (place: FunctionTarget): string =>
  'A change could not be armed either, so every deploy of a domain fails before it changes SES. The function needs ' +
  'scheduler:CreateSchedule in its group, iam:PassRole on the role of its schedules, and s3:PutObject on byodkim-drill/ in its ' +
  `bucket; the control stack grants all of it: ${redeploy(place)}.`;

const remedyOfFiring = (
  place: FunctionTarget,
  { schedulerRoleArn, scheduleGroup, account, region }: DrillAnswer['setting'],
): string =>
  'A change that fails would not be rolled back: deploy nothing until this is fixed. See TargetErrorCount and ' +
  `InvocationDroppedCount of the schedule group ${scheduleGroup} (namespace AWS/Scheduler). ${schedulerRoleArn} must trust ` +
  `scheduler.amazonaws.com (aws:SourceAccount ${account ?? 'of this account'}) and may lambda:InvokeFunction on ` +
  `${place.functionName} in ${region}; a reserved concurrency of 0 or a policy of the organisation also refuses it. The ` +
  `control stack sets all of it up: ${redeploy(place)}, then drill again.`;

function format(
  { out: { colours } }: Cli,
  { region }: FunctionTarget,
  { ok, text, remedy }: DrillStep,
): string {
  const mark = ok ? colours.green('ok  ') : colours.red('FAIL');
  return `${mark} ${region}: ${text}${remedy === undefined ? '' : `\n     ${colours.yellow(remedy)}`}`;
}
