import { privateKeyObject } from '../../handlers/contract/contract';
import { CliCommand } from '../command';
import { EXIT, type ExitCode } from '../facts/exit-codes';
import { type ManualJob, type ManualStep, manualSteps } from '../manual/steps';
import { bucketOf } from '../target/domain-list';
import { delegationOf, findTarget, functionOf, selectorOf } from '../target/target';
import type { Cli, DomainOptions } from '../world/cli';

interface ManualOptions extends DomainOptions {
  readonly bucket?: string;
}

/** The placeholder in the commands for an unknown bucket. */
const UNKNOWN_BUCKET = 'KEY_STORE_BUCKET';

export const manualCommand = (): CliCommand =>
  new CliCommand('manual', 'print the commands that do manually what a deploy does')
    .description(
      'Prints the commands of the AWS CLI (version 2) that do what a deploy does, and undo it. For the day on which the function or Terraform does not work. Calls neither AWS nor DNS, and changes nothing.\n' +
        'The private key goes from S3 to SES through a shell variable; it is never printed and never in a file. Reading it ' +
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
  const selector = selectorOf(target, options.selector);
  const { region } = functionOf(target);
  const { list, listed, domain } = target;
  const bucket = options.bucket ?? (list && listed && bucketOf(list, listed));
  const remarks = [
    '`byodkim confirm` or `byodkim revert` a change that is open first, or its rollback undoes this',
    'after ROLLBACK_FAILED do not run this: run the commands at the end of that error, which its notice has too',
    ...(bucket === undefined ? [`put the name of the key store's bucket in place of ${UNKNOWN_BUCKET}`] : []),
  ];
  const job: ManualJob = {
    domain,
    region,
    selector,
    bucket: bucket ?? UNKNOWN_BUCKET,
    privateKey: listed?.keyStore?.privateKey ?? privateKeyObject(domain, selector),
    identity: listed?.identity ?? 'managed',
    delegation: delegationOf(target),
  };
  const steps = manualSteps(job);
  cli.out.result({ ...job, remarks, steps }, () => manualScript(job, steps, remarks));
  return EXIT.ok;
}

/** Formats the steps as a shell script with comments: to be read, and run one by one. */
function manualScript(job: ManualJob, steps: readonly ManualStep[], remarks: readonly string[]): string {
  const head = [
    `# ${job.domain}: BYODKIM with selector ${job.selector} in ${job.region}, manually.`,
    '# Step by step: check the output of each one before you continue. Needs aws (version 2), openssl and dig.',
    ...remarks.map((remark) => `# Caution: ${remark}`),
  ];
  const body = steps.map(({ title, commands, expect }, index) =>
    [`# ${index + 1}. ${title}.`, ...commands, `#    Expected: ${expect}.`].join('\n'),
  );
  // As comments, so that running the script does not run it.
  const undo = steps.map(({ undo = [] }, index) =>
    undo.flatMap(({ when, commands }) => [
      `# Step ${index + 1}, if ${when}:`,
      ...commands.map((command) => `#   ${command}`),
    ]),
  );
  const undone = ['# Undo, last step first:', ...undo.reverse().flat()];
  return [head.join('\n'), ...body, undone.join('\n')].join('\n\n');
}
