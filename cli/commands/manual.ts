import { privateKeyObject } from '../../handlers/contract/contract';
import { withoutFullStop } from '../../handlers/escape';
import type { KnownDomain } from '../../handlers/reports/known-domain';
import { CliCommand } from '../command';
import { CliError, orCliError } from '../errors/cli-error';
import { EXIT, type ExitCode } from '../exit-codes';
import { restoreOf } from '../manual/restore';
import { manualScript, restoreScript } from '../manual/script';
import { type ManualJob, manualSteps } from '../manual/steps';
import { bucketOf } from '../target/domain-list';
import { callFunction } from '../target/function';
import { findTarget, functionOf, selectorOf, type Target } from '../target/target';
import { bucketUnknownWords, changeOpenWords, notAskedWords } from '../words/manual';
import type { Cli, DomainOptions } from '../world/cli';

interface ManualOptions extends DomainOptions {
  readonly bucket?: string;
}

/** The placeholder in the commands for an unknown bucket. */
const UNKNOWN_BUCKET = 'KEY_STORE_BUCKET';

export const manualCommand = (): CliCommand =>
  new CliCommand('manual', 'print the commands that do manually what a deploy does')
    .description(
      'Prints the commands of the AWS CLI (version 2) that do what a deploy does, and undo it. While a rollback fails, prints the commands that restore the prior state instead; it asks the function for them, but also works if the function does not answer. Changes nothing.\n' +
        'The private key goes from S3 to SES through a shell variable; it is never printed or written to a file. Reading it ' +
        'needs a principal named in control.keyStore.readers.',
    )
    .ofDomain()
    .withSelector()
    .option('--bucket <bucket>', 'bucket of the private key (default: as in the list)')
    .ends({
      ok: 'printed',
      examples: [['manual example.com --bucket my-keys > by-hand.sh', 'for a printout']],
    })
    .runs(manual);

async function manual(cli: Cli, options: ManualOptions, text: string): Promise<ExitCode> {
  const target = await findTarget(cli, options, text);
  const { region } = functionOf(target);
  const { domain, entry } = target;
  const known = await orCliError(askLedger(cli, target));
  if (!(known instanceof CliError) && known.restore) {
    const restore = restoreOf({ domain, entry, region }, known.restore);
    cli.out.result(restore, () => restoreScript(restore));
    return EXIT.ok;
  }
  const job = jobOf(target, options);
  const steps = manualSteps(job);
  const cautions = cautionsOf(entry, job, known);
  cli.out.result({ ...job, entry, cautions, steps }, () => manualScript(job, steps, cautions));
  return EXIT.ok;
}

/** Asks the function for the facts in the ledger. SES is not asked, since it may be the service that does not answer. */
async function askLedger({ world, out }: Cli, target: Target): Promise<KnownDomain> {
  const { domain } = target;
  const place = functionOf(target);
  const call = callFunction(world, place, 'known', { domains: [domain], region: place.region });
  const { domains } = await out.progress.during({ code: 'ASKING_FOR_ROLLBACK', facts: { domain } }, call);
  return domains[0]!;
}

function jobOf(target: Target, options: ManualOptions): ManualJob {
  const { list, listed, domain, delegation } = target;
  const selector = selectorOf(target, options.selector);
  return {
    domain,
    region: functionOf(target).region,
    selector,
    bucket: options.bucket ?? (list && listed && bucketOf(list, listed)) ?? UNKNOWN_BUCKET,
    privateKey: listed?.keyStore?.privateKey ?? privateKeyObject(domain, selector),
    identity: listed?.identity ?? 'managed',
    delegation,
  };
}

/** Returns the warnings before the first step, by the function's answer. */
function cautionsOf(entry: string, { bucket }: ManualJob, known: KnownDomain | CliError): string[] {
  const ofBucket = bucket === UNKNOWN_BUCKET ? [bucketUnknownWords(bucket)] : [];
  if (known instanceof CliError)
    return [notAskedWords(entry, known.code, withoutFullStop(known.message)), ...ofBucket];
  const { revertsAt, confirmed, selector } = known;
  const isOpen = revertsAt !== null || (selector !== null && !confirmed);
  return isOpen ? [changeOpenWords(entry, revertsAt), ...ofBucket] : ofBucket;
}
