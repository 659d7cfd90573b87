import { Command } from 'commander';
import { controlStackId, regionsOf } from '../../list/domain-list';
import { usageError } from '../cli-error';
import {
  type Bind,
  type Cli,
  examplesHelp,
  exitCodesHelp,
  type GlobalOptions,
  wholeNumber,
} from '../command';
import { functionNameOf, readReadableList } from '../domain-list';
import { type DrillEnd, type DrillPlace, runDrill } from '../drill/run-drill';
import { type ExitCode, worst } from '../exit-codes';
import { listFile } from '../target';

interface DrillOptions extends GlobalOptions {
  readonly wait: number;
}

export const drillCommand = (bind: Bind): Command =>
  new Command('drill')
    .summary('test the rollback on this account')
    .description(
      'Has the function arm a real one-time schedule, with the code that arms the revert of a change, and waits until it has ' +
        'reached the function under the role of the scheduler. No identity is touched, and nothing stays armed. Run it once ' +
        'after the control stack was deployed; the audit repeats it.',
    )
    .option('--wait <seconds>', 'how late the schedule may be', wholeNumber(60, 3600), 300)
    .addHelpText(
      'after',
      `${exitCodesHelp({
        ok: 'the rollback works',
        wrong: 'it does not; what to fix is printed',
        cannotTell: 'the function could not be called',
      })}\n${examplesHelp([
        ['drill', 'in every region of the list; takes about two minutes'],
        ['drill --region ap-northeast-1 --no-list', 'without a list, in any account'],
      ])}`,
    )
    .action(bind(drill));

async function drill(cli: Cli, options: DrillOptions): Promise<ExitCode> {
  const ends: DrillEnd[] = [];
  for (const place of await placesOf(cli, options)) ends.push(await runDrill(cli, place, options.wait));
  const exitCode = worst(ends.map((end) => end.exitCode));
  if (cli.out.json) cli.out.result({ regions: ends, exitCode }, () => '');
  return exitCode;
}

/** Each region has a function, a scheduler and roles of its own. */
async function placesOf({ world }: Cli, options: DrillOptions): Promise<DrillPlace[]> {
  const file = listFile(world, options);
  const readable = file === false ? undefined : await readReadableList(world, file);
  const elsewhere = world.env.AWS_REGION || world.env.AWS_DEFAULT_REGION;
  const regions = options.region
    ? [options.region]
    : readable
      ? regionsOf(readable.list)
      : elsewhere
        ? [elsewhere]
        : [];
  if (regions.length === 0)
    throw usageError('In which region? There is no domain list here; name the region with --region.');
  return regions.map((region) => ({
    functionName: options.function ?? functionNameOf(readable?.list),
    region,
    controlStack: controlStackId(region),
    allowedAccountIds: readable?.list.provider.allowedAccountIds ?? [],
  }));
}
