import type { DrillAnswer } from '../../handlers/drill/drill';
import { callFunction, type FunctionTarget } from '../aws/function';
import { CliError, orCliError } from '../cli-error';
import type { Cli } from '../command';
import { EXIT, type ExitCode } from '../exit-codes';
import type { CliWorld } from '../world';

export interface DrillPlace extends FunctionTarget {
  readonly controlStack: string;
}

export interface DrillStep {
  readonly step: 'function' | 'armed' | 'arrived' | 'disarmed';
  readonly ok: boolean;
  readonly text: string;
  /** What to fix; absent where nothing is wrong. */
  readonly remedy?: string;
}

export interface DrillEnd {
  readonly region: string;
  readonly steps: readonly DrillStep[];
  readonly exitCode: ExitCode;
}

const POLL_MS = 5_000;
/** For what has to be finished even after Ctrl-C. */
const TO_THE_END_MS = 60_000;

type Armed = NonNullable<DrillAnswer['drill']>;

/**
 * Drills one region, and prints each step as it ends. A step that fails ends the drill of this region only.
 * @throws whatever ended it early, with nothing left armed
 */
export async function runDrill(cli: Cli, place: DrillPlace, waitSeconds: number): Promise<DrillEnd> {
  const steps: DrillStep[] = [];
  const report = (step: DrillStep): void => {
    steps.push(step);
    if (!cli.out.json) cli.out.result(step, () => format(cli, place, step));
  };
  const end = (exitCode: ExitCode): DrillEnd => ({ region: place.region, steps, exitCode });
  const call = (request: object, world: CliWorld = cli.world): Promise<DrillAnswer> =>
    callFunction(world, place, 'drill', { ...request });

  const setting = await orCliError(call({ step: 'prepare' }));
  if (setting instanceof CliError) {
    report({ step: 'function', ok: false, text: words(setting), remedy: remedyOfFunction(setting, place) });
    return end(EXIT.cannotTell);
  }
  const { account, schedulerRoleArn, scheduleGroup } = setting.setting;
  const where = account === null || account === undefined ? '' : `, in the account ${account}`;
  report({ step: 'function', ok: true, text: `the function ${place.functionName} answers${where}` });

  // Finished even after Ctrl-C: a schedule can be removed only by who knows its name.
  const armed = await orCliError(call({ step: 'arm' }, toTheEnd(cli.world)));
  if (armed instanceof CliError) {
    report({ step: 'armed', ok: false, text: words(armed), remedy: remedyOfArming(place, schedulerRoleArn) });
    return end(EXIT.wrong);
  }
  const drill = armed.drill!;
  let arrived = false;
  try {
    report({
      step: 'armed',
      ok: true,
      text: `schedule ${scheduleGroup}/${drill.schedule} is armed for ${drill.firesAt}`,
    });
    const last = await untilFired(cli, drill, waitSeconds, call);
    arrived = last.firedAt !== null;
    report(
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
    const ended = await orCliError(call({ step: 'end', drill: drill.drill }, toTheEnd(cli.world)));
    report(disarmed(ended, drill));
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
    const { drill: armed, now } = await call({ step: 'check', drill });
    const found = armed!;
    const left = giveUpAt - Date.parse(now);
    if (found.firedAt !== null || left <= 0) return found;
    out.progress.show(`Waiting for ${schedule}, ${Math.ceil(left / 1000)} s at most (Ctrl-C removes it)`);
    await world.clock.sleep(Math.min(POLL_MS, left), world.signal);
  }
}

const disarmed = (ended: DrillAnswer | CliError, { schedule, firesAt }: Armed): DrillStep =>
  ended instanceof CliError || ended.warnings.length > 0
    ? {
        step: 'disarmed',
        ok: false,
        text: ended instanceof CliError ? words(ended) : ended.warnings.join('; '),
        remedy: `No harm: ${schedule} fires once, at ${firesAt}, and changes nothing.`,
      }
    : { step: 'disarmed', ok: true, text: 'nothing is armed any more' };

const toTheEnd = (world: CliWorld): CliWorld => ({ ...world, signal: AbortSignal.timeout(TO_THE_END_MS) });

const words = ({ code, message }: CliError): string => `${code}: ${message}`;

const redeploy = ({ controlStack }: DrillPlace): string => `\`byodkim deploy ${controlStack}\``;

function remedyOfFunction({ code }: CliError, place: DrillPlace): string {
  if (code === 'FUNCTION_NOT_FOUND') return `Deploy the control stack first: ${redeploy(place)}.`;
  if (code === 'UNSUPPORTED_ACTION')
    return `The function is older than this command. Deploy the control stack again: ${redeploy(place)}.`;
  return 'Nothing was armed.';
}

const remedyOfArming = (place: DrillPlace, schedulerRoleArn: string): string =>
  'A change could not be armed either, so every deploy of a domain fails before it changes SES. The function needs ' +
  `scheduler:CreateSchedule in its group, iam:PassRole on ${schedulerRoleArn}, and s3:PutObject on byodkim-drill/ in its ` +
  `bucket; the control stack grants all of it: ${redeploy(place)}.`;

const remedyOfFiring = (
  place: DrillPlace,
  { schedulerRoleArn, scheduleGroup, account, region }: DrillAnswer['setting'],
): string =>
  'A change that fails would not be rolled back: deploy nothing until this is fixed. See TargetErrorCount and ' +
  `InvocationDroppedCount of the schedule group ${scheduleGroup} (namespace AWS/Scheduler). ${schedulerRoleArn} must trust ` +
  `scheduler.amazonaws.com (aws:SourceAccount ${account ?? 'of this account'}) and may lambda:InvokeFunction on ` +
  `${place.functionName} in ${region}; a reserved concurrency of 0 or a policy of the organisation also refuses it. The ` +
  `control stack sets all of it up: ${redeploy(place)}, then drill again.`;

function format({ out: { colours } }: Cli, { region }: DrillPlace, { ok, text, remedy }: DrillStep): string {
  const mark = ok ? colours.green('ok  ') : colours.red('FAIL');
  return `${mark} ${region}: ${text}${remedy === undefined ? '' : `\n     ${colours.yellow(remedy)}`}`;
}
