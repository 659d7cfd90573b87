import { Argument, Command } from 'commander';
import { type Bind, type Cli, examplesHelp, type GlobalOptions } from '../command';
import { candidates } from '../completion/candidates';
import { COMPLETION_SCRIPTS, type Shell } from '../completion/scripts';
import { readReadableList } from '../domain-list';
import { EXIT, type ExitCode } from '../exit-codes';
import { listFile } from '../target';

export const completionCommand = (bind: Bind): Command =>
  new Command('completion')
    .summary('completion of commands, options and domains, for your shell')
    .description('Prints what your shell needs to complete commands, options and the domains of the list.')
    .addArgument(new Argument('<shell>', 'your shell').choices(Object.keys(COMPLETION_SCRIPTS)))
    .addHelpText(
      'after',
      examplesHelp([
        ['completion bash >> ~/.bashrc', 'bash'],
        ['completion zsh > ~/.zfunc/_byodkim', 'zsh'],
        ['completion fish > ~/.config/fish/completions/byodkim.fish', 'fish'],
      ]),
    )
    .action(
      bind(async ({ out }: Cli, _: GlobalOptions, shell: Shell) => {
        out.result({ shell, script: COMPLETION_SCRIPTS[shell] }, () => COMPLETION_SCRIPTS[shell]);
        return EXIT.ok;
      }),
    );

/** What the shells' scripts call; for no person. */
export const completeCommand = (bind: Bind): Command => {
  const command = new Command('complete').argument('[word...]');
  return command.action(
    bind(async (cli: Cli, options: GlobalOptions, words: string[]): Promise<ExitCode> => {
      const found = candidates(command.parent!, words, await domainsIn(cli, options));
      cli.out.result(found, () => found.join('\n'));
      return EXIT.ok;
    }),
  );
};

/** No list, or a broken one, is no reason to complain in the middle of a line. */
async function domainsIn({ world }: Cli, options: GlobalOptions): Promise<string[]> {
  const file = listFile(world, options);
  if (file === false) return [];
  const readable = await readReadableList(world, file).catch(() => undefined);
  return (readable?.list.domains ?? []).map(({ stack }) => stack);
}
