import { CliCommand } from '../command';
import { EXIT, type ExitCode } from '../facts/exit-codes';
import { collectEvidence } from '../key/evidence';
import { evidenceAsData, evidenceAsMarkdown } from '../key/show-evidence';
import { askFunction, findTarget } from '../target/target';
import type { Cli, DomainOptions } from '../world/cli';

export const evidenceCommand = (): CliCommand =>
  new CliCommand('evidence', 'print what is recorded about a domain’s keys, for an auditor')
    .description(
      'Prints, as Markdown, when each key was made and by whom, when its record was proved in DNS, when SES verified it, what was rolled back, and when its record may be removed. Also lists what is not recorded, and where to find it. Read-only.',
    )
    .ofDomain()
    .ends({
      ok: 'printed',
      notReady: 'nothing is recorded about this domain',
      examples: [
        ['evidence example.com > evidence.md', 'a page for the auditor'],
        ['evidence example.com --json', 'the same as codes and facts'],
      ],
    })
    .runs(evidence);

async function evidence(cli: Cli, options: DomainOptions, text: string): Promise<ExitCode> {
  const target = await findTarget(cli, options, text);
  const fields = { findings: true, evidence: true };
  const answer = await askFunction(cli, target, 'status', { fields });
  const collected = collectEvidence(answer, target.functionName);
  cli.out.result(evidenceAsData(collected), () => evidenceAsMarkdown(collected));
  return answer.isManaged || collected.keys.length > 0 ? EXIT.ok : EXIT.notReady;
}
