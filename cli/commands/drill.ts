import type { DrillAnswer } from '../../handlers/drill/drill';
import { controlStackId } from '../../list/domain-list';
import { CliCommand } from '../command';
import { AnsweredError, CliError, orCliError } from '../errors/cli-error';
import { EXIT, type ExitCode, worst } from '../facts/exit-codes';
import { readList } from '../target/domain-list';
import { callFunction, type FunctionTarget } from '../target/function';
import { functionsOf } from '../target/target';
import type { Cli, GlobalOptions } from '../world/cli';

/** How late a schedule may be. */
const WAIT_SECONDS = 300;

export const drillCommand = (): CliCommand =>
  new CliCommand('drill', 'test the rollback on this account')
    .description(
      'Arms a real one-time schedule, with the code that arms the revert of a change, and waits until it has reached the ' +
        'function. No identity is touched, and nothing stays armed. Run it after each deploy of the control stack.',
    )
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

async function drill(cli: Cli, options: GlobalOptions): Promise<ExitCode> {
  const regions: DrillEnd[] = [];
  for (const place of functionsOf(cli.world, options, await readList(cli.world, options)))
    regions.push(await drillRegion(cli, place));
  const exitCode = worst(regions.map((end) => end.exitCode));
  const { green, red, yellow } = cli.out.colours;
  cli.out.result({ regions, exitCode }, () =>
    regions
      .map((each) => {
        const mark = each.exitCode === EXIT.ok ? green('ok  ') : red('FAIL');
        const remedy = each.remedy === undefined ? '' : `\n     ${yellow(each.remedy)}`;
        return `${mark} ${each.region}: ${each.text}${remedy}`;
      })
      .join('\n'),
  );
  return exitCode;
}

interface DrillEnd {
  readonly region: string;
  readonly exitCode: ExitCode;
  readonly text: string;
  /** What to fix; absent if nothing is wrong. */
  readonly remedy?: string | undefined;
}

const POLL_MS = 5_000;

type Armed = DrillAnswer['drill'];

/** Drills one region. A schedule that is armed fires once and changes nothing, so an interrupted drill has nothing to remove. */
async function drillRegion(cli: Cli, place: FunctionTarget): Promise<DrillEnd> {
  const { region, functionName } = place;
  const call = (request: object): Promise<DrillAnswer> =>
    callFunction(cli.world, place, 'drill', { ...request });
  const armed = await orCliError(call({}));
  if (armed instanceof CliError) {
    const { code, message, advice } = armed;
    // Without an answer of the function, or of one that is older, nothing is known of the rollback.
    const isKnown = armed instanceof AnsweredError && code !== 'UNSUPPORTED_ACTION';
    const exitCode = isKnown ? EXIT.wrong : EXIT.cannotTell;
    return {
      region,
      exitCode,
      text: `${code}: ${message}`,
      remedy: isKnown ? remedyOfArming(place) : advice,
    };
  }
  const { drill, setting } = armed;
  const { account, schedulerRoleArn, scheduleGroup } = setting;
  const where = `${functionName}${account ? `, in the account ${account},` : ''}`;
  cli.out.note(
    `${region}: the function ${where} has armed schedule ${scheduleGroup}/${drill.schedule} for ${drill.firesAt}`,
  );
  const end = await orCliError(untilFired(cli, drill, call));
  if (end instanceof CliError)
    return { region, exitCode: EXIT.cannotTell, text: `${end.code}: ${end.message}`, remedy: end.advice };
  const { firedAt } = end;
  if (firedAt === null)
    return {
      region,
      exitCode: EXIT.wrong,
      text: `the schedule did not reach the function within ${WAIT_SECONDS} s of its time`,
      remedy: remedyOfFiring(place, setting),
    };
  const text = `the schedule reached the function at ${firedAt}, as ${schedulerRoleArn}`;
  return { region, exitCode: EXIT.ok, text };
}

async function untilFired(
  { world, out }: Cli,
  { drill, firesAt, schedule }: Armed,
  call: (request: object) => Promise<DrillAnswer>,
): Promise<Armed> {
  const giveUpAt = Date.parse(firesAt) + WAIT_SECONDS * 1000;
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
