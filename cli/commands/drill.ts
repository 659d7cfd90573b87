import { controlStackId } from '../../list/domain-list';
import { type Cli, CliCommand, type GlobalOptions, wholeNumber } from '../command';
import { readList } from '../domain-list';
import { type DrillEnd, type DrillPlace, runDrill } from '../drill/run-drill';
import { type ExitCode, worst } from '../exit-codes';
import { functionsOf } from '../target';

interface DrillOptions extends GlobalOptions {
  readonly wait: number;
}

export const drillCommand = (): CliCommand =>
  new CliCommand('drill', 'test the rollback on this account')
    .description(
      'Has the function arm a real one-time schedule, with the code that arms the revert of a change, and waits until it has ' +
        'reached the function under the role of the scheduler. No identity is touched, and nothing stays armed. Run it once ' +
        'after the control stack was deployed; the audit repeats it.',
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
  for (const place of await placesOf(cli, options)) ends.push(await runDrill(cli, place, options.wait));
  const exitCode = worst(ends.map((end) => end.exitCode));
  if (cli.out.json) cli.out.result({ regions: ends, exitCode }, () => '');
  return exitCode;
}

/** Each region has a function, a scheduler and roles of its own. */
async function placesOf({ world }: Cli, options: DrillOptions): Promise<DrillPlace[]> {
  const places = functionsOf(world, options, await readList(world, options));
  return places.map((place) => ({ ...place, controlStack: controlStackId(place.region) }));
}
