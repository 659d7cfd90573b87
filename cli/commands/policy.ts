import { Argument, Command } from 'commander';
import { policyDocument } from '../../constructs/function-policy';
import { keyStorePolicy } from '../../constructs/key-store-policy';
import { namesOf } from '../../constructs/names';
import { type Deployment, ROLE_NAMES, ROLES, type RoleName } from '../../constructs/roles';
import type { DomainList } from '../../list/domain-list';
import { usageError } from '../cli-error';
import { type Bind, type Cli, examplesHelp, exitCodesHelp, type GlobalOptions, section } from '../command';
import { readReadableList } from '../domain-list';
import { EXIT, type ExitCode } from '../exit-codes';
import { deploymentOf } from '../policy/deployment';
import { listFile } from '../target';

const KEY_STORE = 'key-store';

interface PolicyOptions extends GlobalOptions {
  readonly account?: string;
}

export const policyCommand = (bind: Bind): Command =>
  new Command('policy')
    .summary('the IAM policy for a person or a machine')
    .description(
      'Prints the IAM policy, as JSON, that one of the people or machines around a deployment needs, and nothing more. ' +
        'Names are taken from the domain list. Nothing is asked of AWS.',
    )
    .addArgument(new Argument('<role>', 'who it is for, or what').choices([...ROLE_NAMES, KEY_STORE]))
    .option('--account <id>', 'the account (default: any, `*`)')
    .addHelpText(
      'after',
      `${section('Roles', [
        ...ROLE_NAMES.map((name) => [name, ROLES[name].title] as const),
        [KEY_STORE, 'the policy of an existing bucket: keys for the function alone, ledgers by it alone'],
      ])}\n${exitCodesHelp({ ok: 'printed' })}\n${examplesHelp([
        ['policy deploy-domain > deployer.json', 'for whoever deploys domains'],
        ['policy look --account 123456789012', 'for reviewers'],
        ['policy key-store --account 123456789012', 'for a bucket that the control stack does not make'],
      ])}`,
    )
    .action(bind(policy));

async function policy(
  cli: Cli,
  options: PolicyOptions,
  name: RoleName | typeof KEY_STORE,
): Promise<ExitCode> {
  const file = listFile(cli.world, options);
  const readable = file === false ? undefined : await readReadableList(cli.world, file);
  const deployment = deploymentOf(readable?.list, options);
  const document =
    name === KEY_STORE
      ? bucketPolicy(deployment, readable?.list)
      : policyDocument(ROLES[name].statements(deployment));
  cli.out.result(JSON.parse(document), () => JSON.stringify(JSON.parse(document), null, 2));
  return EXIT.ok;
}

/** In full, for a bucket that has no policy yet: each statement denies, so that it goes beside any other. */
function bucketPolicy(deployment: Deployment, list: DomainList | undefined): string {
  const { partition, account, region, functionName, bucket } = deployment;
  if (account === '*' || region === '*' || bucket.includes('*'))
    throw usageError(
      'The policy of a bucket names the function’s role and the bucket: give --account, and --region where the list has ' +
        'several, and name the bucket in control.keyStore.bucket.',
    );
  const { readers, ledgerWriters } = list?.control.keyStore ?? {};
  return keyStorePolicy({
    bucketArn: `arn:${partition}:s3:::${bucket}`,
    functionRoleArn: `arn:${partition}:iam::${account}:role/${namesOf(functionName, region).role}`,
    ...(readers && { keyReaders: readers }),
    ...(ledgerWriters && { ledgerWriters }),
  });
}
