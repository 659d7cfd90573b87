import { Argument, Command } from 'commander';
import { policyDocument } from '../../constructs/function-policy';
import { ROLE_NAMES, ROLES, type RoleName } from '../../constructs/roles';
import { type Bind, type Cli, examplesHelp, exitCodesHelp, type GlobalOptions, section } from '../command';
import { readReadableList } from '../domain-list';
import { EXIT, type ExitCode } from '../exit-codes';
import { deploymentOf } from '../policy/deployment';
import { listFile } from '../target';

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
    .addArgument(new Argument('<role>', 'who it is for').choices(ROLE_NAMES))
    .option('--account <id>', 'the account (default: any, `*`)')
    .addHelpText(
      'after',
      `${section(
        'Roles',
        ROLE_NAMES.map((name) => [name, ROLES[name].title]),
      )}\n${exitCodesHelp({ ok: 'printed' })}\n${examplesHelp([
        ['policy deploy-domain > deployer.json', 'for whoever deploys domains'],
        ['policy look --account 123456789012', 'for reviewers'],
      ])}`,
    )
    .action(bind(policy));

async function policy(cli: Cli, options: PolicyOptions, name: RoleName): Promise<ExitCode> {
  const file = listFile(cli.world, options);
  const readable = file === false ? undefined : await readReadableList(cli.world, file);
  const document = policyDocument(ROLES[name].statements(deploymentOf(readable?.list, options)));
  cli.out.result(JSON.parse(document), () => JSON.stringify(JSON.parse(document), null, 2));
  return EXIT.ok;
}
