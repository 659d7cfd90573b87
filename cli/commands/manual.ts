import { Command } from 'commander';
import { privateKeyObject } from '../../handlers/contract';
import type { Answers } from '../aws/answers';
import { callFunction } from '../aws/function';
import { CliError } from '../cli-error';
import { type Bind, type Cli, examplesHelp, exitCodesHelp, type GlobalOptions } from '../command';
import { bucketOf } from '../domain-list';
import { EXIT, type ExitCode } from '../exit-codes';
import { manualScript } from '../manual/show';
import { type ManualJob, manualSteps } from '../manual/steps';
import { findTarget, functionOf, selectorOf, type Target } from '../target';

interface ManualOptions extends GlobalOptions {
  readonly selector?: string;
  readonly bucket?: string;
  /** False with `--no-aws`. */
  readonly aws: boolean;
}

/** The placeholder in the commands for an unknown bucket. */
const UNKNOWN_BUCKET = 'KEY_STORE_BUCKET';

export const manualCommand = (bind: Bind): Command =>
  new Command('manual')
    .summary('print the commands that do manually what a deploy does')
    .description(
      'Prints the commands of the AWS CLI (version 2) that do for this domain what a deploy does, in order, what each one ' +
        'should print, and how to undo it. For the day on which the function or Terraform does not work. Changes nothing.\n' +
        'The private key goes from S3 to SES through a shell variable; it is never printed and never in a file. Reading it ' +
        'needs a principal named in control.keyStore.readers.',
    )
    .argument('<domain>', 'the domain')
    .option('-s, --selector <selector>', 'the DKIM selector (default: as in the domain list)')
    .option(
      '--bucket <bucket>',
      'bucket of the private key (default: as in the list, or as the function says)',
    )
    .option('--no-aws', 'do not ask the function what SES has now; the undo is then printed for each case')
    .addHelpText(
      'after',
      `${exitCodesHelp({ ok: 'printed' })}\n${examplesHelp([
        ['manual example.com', 'with the undo of what SES has now'],
        ['manual example.com --no-aws --bucket my-keys > by-hand.sh', 'for a printout'],
      ])}`,
    )
    .action(bind(manual));

async function manual(cli: Cli, options: ManualOptions, text: string): Promise<ExitCode> {
  const target = await findTarget(cli, options, text);
  const selector = selectorOf(target, options.selector);
  const { region } = functionOf(target);
  const { list, listed, domain } = target;
  const remarks: string[] = [];
  const now = options.aws ? await askAboutNow(cli, target, remarks) : undefined;
  const bucket = options.bucket ?? (list && listed && bucketOf(list, listed)) ?? now?.key?.bucket;
  if (bucket === undefined)
    remarks.push(`put the name of the key store's bucket in place of ${UNKNOWN_BUCKET}`);
  const job: ManualJob = {
    domain,
    region,
    selector,
    bucket: bucket ?? UNKNOWN_BUCKET,
    privateKey: listed?.keyStore?.privateKey ?? privateKeyObject(domain, selector),
    identity: listed?.identity ?? 'managed',
    now: now === undefined ? undefined : now.ses,
  };
  const steps = manualSteps(job);
  cli.out.result({ ...job, remarks, steps }, () => manualScript(job, steps, remarks));
  return EXIT.ok;
}

/** Returns `undefined` if the function cannot be called, which is when this command is needed most. */
async function askAboutNow(
  cli: Cli,
  target: Target,
  remarks: string[],
): Promise<Answers['status'] | undefined> {
  const { domain } = target;
  const place = functionOf(target);
  try {
    const asked = callFunction(cli.world, place, 'status', { domain, region: place.region });
    const now = await cli.out.progress.during(`Asking what SES has for ${domain}`, asked);
    if (now.revertsAt !== null)
      remarks.push(
        `a change waits for its confirmation, and is rolled back at ${now.revertsAt}. Run \`byodkim confirm\` or \`byodkim revert\` first`,
      );
    return now;
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    cli.out.note(`What SES has now is not known (${error.message}); the undo is printed for each case.`);
    return undefined;
  }
}
