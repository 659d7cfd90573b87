import { ADVICE_LABEL } from '../../handlers/contract/contract';
import type { DrillAnswer } from '../../handlers/drill/drill';
import type { TestAnswer } from '../../handlers/notices/topics';
import { controlStackId } from '../../list/domain-list';
import { CliCommand } from '../command';
import { AnsweredError, CliError, errorAsData, orCliError } from '../errors/cli-error';
import { EXIT, type ExitCode, worst } from '../exit-codes';
import { readList } from '../target/domain-list';
import { callFunction, type FunctionTarget } from '../target/function';
import { functionsOf } from '../target/target';
import { type ListOfTopics, unreadOf, unreadTopics } from '../target/topics';
import { armedWords, notArmedAdvice, notFiredAdvice, notFiredWords, rollbackWorks } from '../words/drill';
import { type RegionTopic, testWords, topicsWords } from '../words/topics';
import type { Cli, GlobalOptions } from '../world/cli';
import type { Output } from '../world/output';

/** Time by which a schedule may be late. */
const WAIT_SECONDS = 300;

export const drillCommand = (): CliCommand =>
  new CliCommand('drill', 'test the rollback on this account')
    .description(
      'Arms a real one-time schedule, with the code that arms the revert of a change, and waits until it has reached the ' +
        'function. No identity is touched, and nothing stays armed. Run it after each deploy of the control stack.',
    )
    .option('--notices', 'also send a test notice to each topic')
    .ends({
      ok: 'the rollback works',
      wrong: 'it does not; the command prints what to fix',
      examples: [
        ['drill', 'in every region of the list; takes about two minutes'],
        ['drill --notices', 'also tests whether notices arrive'],
        ['drill --region ap-northeast-1 --no-list', 'without a list, in any account'],
      ],
    })
    .runs(drill);

interface DrillOptions extends GlobalOptions {
  readonly notices?: boolean;
}

async function drill(cli: Cli, options: DrillOptions): Promise<ExitCode> {
  const regions: DrillEnd[] = [];
  const list = await readList(cli.world, options);
  for (const place of functionsOf(cli.world, options, list))
    regions.push({ ...(await drillRegion(cli, place)), ...(await drillTopics(cli, place, options, list)) });
  const unread = regions.flatMap(({ unreadTopics: each }) => each);
  const exitCode = worst(regions.map((end) => end.exitCode));
  cli.out.result(
    { regions, exitCode },
    () => regions.map((each) => showEnd(each, cli.out.colours)).join('\n'),
    unread.length > 0 ? [topicsWords(unread)] : [],
  );
  return exitCode;
}

/** Result of a region's drill. */
interface RollbackEnd {
  readonly region: string;
  readonly message: string;
  /** Absent without a problem. */
  readonly advice?: string | undefined;
  readonly exitCode: ExitCode;
  /** The code of an error of the function. */
  readonly code?: string;
}

/** Results of the test notices of a region, and the topics that nobody reads. */
interface TopicsEnd {
  readonly testNotices: TestAnswer['topics'];
  readonly unreadTopics: readonly RegionTopic[];
}

interface DrillEnd extends RollbackEnd, TopicsEnd {}

async function drillTopics(
  cli: Cli,
  place: FunctionTarget,
  { notices }: DrillOptions,
  list: ListOfTopics,
): Promise<TopicsEnd> {
  if (!notices) return { testNotices: [], unreadTopics: await unreadTopics(cli.world, place, list) };
  const { topics } = await callFunction(cli.world, place, 'testNotices', {});
  return { testNotices: topics, unreadTopics: unreadOf(place, topics, list) };
}

function showEnd(end: DrillEnd, colours: Output['colours']): string {
  const { region, code, message, advice, exitCode, testNotices } = end;
  const { green, red, yellow } = colours;
  const mark = exitCode === EXIT.ok ? green('ok  ') : red('FAIL');
  const named = code === undefined ? message : `${code}: ${message}`;
  const todo = advice === undefined ? '' : `\n     ${yellow(`${ADVICE_LABEL}${advice}`)}`;
  const tests = testNotices.map((each) => `\n     ${testWords(each)}`);
  return `${mark} ${region}: ${named}${todo}${tests.join('')}`;
}

const POLL_MS = 5_000;

type Armed = DrillAnswer['drill'];
type CallDrill = (request: object) => Promise<DrillAnswer>;

/** Drills one region. An armed schedule fires once and changes nothing, so an interrupted drill has nothing to remove. */
async function drillRegion(cli: Cli, place: FunctionTarget): Promise<RollbackEnd> {
  const { region } = place;
  const call: CallDrill = (request) => callFunction(cli.world, place, 'drill', { ...request });
  const armed = await orCliError(call({}));
  if (armed instanceof CliError) return notArmed(place, armed);
  noteArmed(cli, place, armed);
  const end = await orCliError(untilFired(cli, armed.drill, call));
  if (end instanceof CliError) return { region, ...errorAsData(end) };
  const { setting } = armed;
  const { firedAt } = end;
  if (firedAt === null) return notFired(place, setting);
  const { schedulerRoleArn } = setting;
  return { region, message: rollbackWorks(firedAt, schedulerRoleArn), exitCode: EXIT.ok };
}

/**
 * Judges a drill in which nothing was armed. If the function did not answer, or is older, the state of the rollback is
 * unknown.
 */
function notArmed({ region }: FunctionTarget, error: CliError): RollbackEnd {
  if (!(error instanceof AnsweredError) || error.code === 'UNSUPPORTED_ACTION')
    return { region, ...errorAsData(error) };
  return {
    region,
    code: error.code,
    message: error.message,
    advice: notArmedAdvice(controlStackId(region)),
    exitCode: EXIT.wrong,
  };
}

const notFired = (
  { region, functionName }: FunctionTarget,
  setting: DrillAnswer['setting'],
): RollbackEnd => ({
  region,
  message: notFiredWords(WAIT_SECONDS),
  advice: notFiredAdvice({ ...setting, functionName }, controlStackId(region)),
  exitCode: EXIT.wrong,
});

function noteArmed(
  cli: Cli,
  { region, functionName }: FunctionTarget,
  { drill, setting }: DrillAnswer,
): void {
  const { account, scheduleGroup } = setting;
  const { schedule, firesAt } = drill;
  cli.out.note(armedWords({ region, functionName, account, scheduleGroup, schedule, firesAt }));
}

async function untilFired(
  { world, out }: Cli,
  { drill, firesAt, schedule }: Armed,
  call: CallDrill,
): Promise<Armed> {
  const giveUpAt = Date.parse(firesAt) + WAIT_SECONDS * 1000;
  for (;;) {
    const { drill: found, now } = await call({ drill });
    const left = giveUpAt - Date.parse(now);
    if (found.firedAt !== null || left <= 0) return found;
    out.progress.show({ code: 'WAITING_FOR_SCHEDULE', facts: { schedule, leftMs: left } });
    await world.clock.sleep(Math.min(POLL_MS, left), world.signal);
  }
}
