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
  const report = (step: DrillStep['step'], text: string, remedy?: string): void => {
    const ended = { step, ok: remedy === undefined, text, ...(remedy !== undefined && { remedy }) };
    steps.push(ended);
    if (!cli.out.json) cli.out.result(ended, () => format(cli, place, ended));
  };
  const end = (exitCode: ExitCode): DrillEnd => ({ region: place.region, steps, exitCode });
  const call = (request: object, world: CliWorld = cli.world): Promise<DrillAnswer> =>
    callFunction(world, place, 'drill', { ...request });

  const prepared = await orCliError(call({ step: 'prepare' }));
  if (prepared instanceof CliError) {
    report('function', words(prepared), remedyOfFunction(prepared, place));
    return end(EXIT.cannotTell);
  }
  const { account, schedulerRoleArn, scheduleGroup } = prepared.setting;
  report(
    'function',
    `the function ${place.functionName} answers${account ? `, in the account ${account}` : ''}`,
  );

  // Finished even after Ctrl-C: a schedule can be removed only by who knows its name.
  const armed = await orCliError(call({ step: 'arm' }, toTheEnd(cli.world)));
  if (armed instanceof CliError) {
    report('armed', words(armed), remedyOfArming(place, schedulerRoleArn));
    return end(EXIT.wrong);
  }
  const { drill, schedule, firesAt } = armed.drill!;
  let arrived = false;
  try {
    report('armed', `schedule ${scheduleGroup}/${schedule} is armed for ${firesAt}`);
    const { firedAt } = await untilFired(cli, armed.drill!, waitSeconds, call);
    arrived = firedAt !== null;
    if (arrived) report('arrived', `it reached the function at ${firedAt}, as ${schedulerRoleArn}`);
    else
      report(
        'arrived',
        `it did not reach the function within ${waitSeconds} s of its time`,
        remedyOfFiring(place, prepared.setting),
      );
  } finally {
    const ended = await orCliError(call({ step: 'end', drill }, toTheEnd(cli.world)));
    const problem = ended instanceof CliError ? words(ended) : ended.warnings.join('; ');
    if (problem === '') report('disarmed', 'nothing is armed any more');
    else report('disarmed', problem, `No harm: ${schedule} fires once, at ${firesAt}, and changes nothing.`);
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
