import type { DrillAnswer } from '../../handlers/drill/drill';
import { callFunction } from '../aws/function';
import { CliError } from '../cli-error';
import type { Cli } from '../command';
import { EXIT, type ExitCode } from '../exit-codes';
import type { CliWorld } from '../world';

export interface DrillPlace {
  readonly functionName: string;
  readonly region: string;
  readonly controlStack: string;
  /** Empty: any account is taken. */
  readonly allowedAccountIds: readonly string[];
}

export interface DrillStep {
  readonly step: 'function' | 'account' | 'armed' | 'arrived' | 'disarmed';
  readonly ok: boolean;
  readonly text: string;
  /** What to mend; absent where nothing is wrong. */
  readonly remedy?: string;
}

export interface DrillEnd {
  readonly region: string;
  readonly steps: readonly DrillStep[];
  readonly exitCode: ExitCode;
}

const LOOK_EVERY_MS = 5_000;
/** For what has to be done to its end although somebody pressed Ctrl-C. */
const TO_THE_END_MS = 60_000;

type Armed = NonNullable<DrillAnswer['drill']>;

/**
 * One region's drill, each step told as it ends. A step that fails is an end, and no exception: the next region is
 * drilled all the same.
 * @throws whatever ended it early, with nothing left armed
 */
export async function runDrill(cli: Cli, place: DrillPlace, waitSeconds: number): Promise<DrillEnd> {
  const steps: DrillStep[] = [];
  const tell = (step: DrillStep): void => {
    steps.push(step);
    if (!cli.out.json) cli.out.event(step, () => show(cli, place, step));
  };
  const end = (exitCode: ExitCode): DrillEnd => ({ region: place.region, steps, exitCode });
  const call = (request: object, world: CliWorld = cli.world): Promise<DrillAnswer> =>
    callFunction(world, place, 'drill', { ...request });

  const setting = await tried(call({ step: 'prepare' }));
  if (setting instanceof CliError) {
    tell({ step: 'function', ok: false, text: words(setting), remedy: remedyOfFunction(setting, place) });
    return end(EXIT.cannotTell);
  }
  const { account, schedulerRoleArn, scheduleGroup } = setting.setting;
  tell({ step: 'function', ok: true, text: `the function ${place.functionName} answers` });

  const { allowedAccountIds: allowed } = place;
  if (allowed.length > 0 && !allowed.includes(account ?? '')) {
    tell({
      step: 'account',
      ok: false,
      text: `the function is in the account ${account ?? '(it does not say)'}, the list allows ${allowed.join(', ')}`,
      remedy:
        'Sign in to the account of this list (AWS_PROFILE), or mend provider.allowedAccountIds. Nothing was armed.',
    });
    return end(EXIT.wrong);
  }
  const told = allowed.length > 0 ? 'as the list allows' : 'the list does not say which are allowed';
  tell({ step: 'account', ok: true, text: `in the account ${account ?? '(it does not say)'}: ${told}` });

  // To its end, also on Ctrl-C: whoever does not hear of a schedule cannot take it away.
  const armed = await tried(call({ step: 'arm' }, toTheEnd(cli.world)));
  if (armed instanceof CliError) {
    tell({ step: 'armed', ok: false, text: words(armed), remedy: remedyOfArming(place, schedulerRoleArn) });
    return end(EXIT.wrong);
  }
  const drill = armed.drill!;
  let arrived = false;
  try {
    tell({
      step: 'armed',
      ok: true,
      text: `schedule ${scheduleGroup}/${drill.schedule} is armed for ${drill.firesAt}`,
    });
    const last = await untilFired(cli, drill, waitSeconds, call);
    arrived = last.firedAt !== null;
    tell(
      arrived
        ? {
            step: 'arrived',
            ok: true,
            text: `it reached the function at ${last.firedAt}, as ${schedulerRoleArn}`,
          }
        : {
            step: 'arrived',
            ok: false,
            text: `it did not reach the function within ${waitSeconds} s of its time`,
            remedy: remedyOfFiring(place, setting.setting),
          },
    );
  } finally {
    const ended = await tried(call({ step: 'end', drill: drill.drill }, toTheEnd(cli.world)));
    tell(disarmed(ended, drill));
  }
  return end(arrived ? EXIT.ok : EXIT.wrong);
}

async function untilFired(
  { world, out }: Cli,
  { drill, firesAt, schedule }: Armed,
  waitSeconds: number,
  call: (request: object) => Promise<DrillAnswer>,
): Promise<Armed> {
  const giveUpAt = Date.parse(firesAt) + waitSeconds * 1000;
  for (;;) {
    const found = (await call({ step: 'look', drill })).drill!;
    const left = giveUpAt - world.clock.now();
    if (found.firedAt !== null || left <= 0) return found;
    out.progress.show(`Waiting for ${schedule}, ${Math.ceil(left / 1000)} s at most (Ctrl-C takes it away)`);
    await world.clock.sleep(Math.min(LOOK_EVERY_MS, left), world.signal);
  }
}

const disarmed = (ended: DrillAnswer | CliError, { schedule, firesAt }: Armed): DrillStep =>
  ended instanceof CliError || ended.warnings.length > 0
    ? {
        step: 'disarmed',
        ok: false,
        text: ended instanceof CliError ? words(ended) : ended.warnings.join('; '),
        remedy: `Nothing comes of ${schedule}: it fires once, at ${firesAt}, changes nothing and is gone.`,
      }
    : { step: 'disarmed', ok: true, text: 'nothing is armed any more' };

const toTheEnd = (world: CliWorld): CliWorld => ({ ...world, signal: AbortSignal.timeout(TO_THE_END_MS) });

async function tried<T>(work: Promise<T>): Promise<T | CliError> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof CliError) return error;
    throw error;
  }
}

const words = ({ code, message }: CliError): string => `${code}: ${message}`;

const redeploy = ({ controlStack }: DrillPlace): string => `\`byodkim deploy ${controlStack}\``;

function remedyOfFunction({ code }: CliError, place: DrillPlace): string {
  if (code === 'FUNCTION_NOT_FOUND') return `Deploy the control stack first: ${redeploy(place)}.`;
  if (code === 'UNSUPPORTED_ACTION')
    return `The function is older than this command. Deploy the control stack again: ${redeploy(place)}.`;
  return 'Nothing was armed.';
}

const remedyOfArming = (place: DrillPlace, schedulerRoleArn: string): string =>
  'No change could be armed either, so every deploy of a domain fails before it touches SES. The function needs ' +
  `scheduler:CreateSchedule in its group, iam:PassRole on ${schedulerRoleArn}, and s3:PutObject on byodkim-drill/ in its ` +
  `bucket; the control stack grants all of it: ${redeploy(place)}.`;

const remedyOfFiring = (
  place: DrillPlace,
  { schedulerRoleArn, scheduleGroup, account, region }: DrillAnswer['setting'],
): string =>
  'A change that fails would not be put back by itself: deploy nothing until this is mended. Look at TargetErrorCount and ' +
  `InvocationDroppedCount of the schedule group ${scheduleGroup} (namespace AWS/Scheduler). ${schedulerRoleArn} must trust ` +
  `scheduler.amazonaws.com (aws:SourceAccount ${account ?? 'of this account'}) and may lambda:InvokeFunction on ` +
  `${place.functionName} in ${region}; a reserved concurrency of 0 or a policy of the organisation refuses it as well. The ` +
  `control stack makes all of it: ${redeploy(place)}, then drill again.`;

function show({ out: { colours } }: Cli, { region }: DrillPlace, { ok, text, remedy }: DrillStep): string {
  const mark = ok ? colours.green('ok  ') : colours.red('FAIL');
  return `${mark} ${region}: ${text}${remedy === undefined ? '' : `\n     ${colours.yellow(remedy)}`}`;
}
