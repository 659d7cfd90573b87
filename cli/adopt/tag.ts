import { CliError, orCliError } from '../errors/cli-error';
import { tagQuestion } from '../words/adopt';
import { approvalWords } from '../words/notes';
import type { Cli } from '../world/cli';
import { type Adoption, isWritten } from './show';

/**
 * Asks for each identity without the tag whether to set it, since another stack that sets its tags would remove it again in the
 * middle of a change. Without a terminal, or if AWS refuses, the identity stays without it.
 */
export async function offerTags(cli: Cli, adoptions: readonly Adoption[]): Promise<Adoption[]> {
  const offered: Adoption[] = [];
  for (const adoption of adoptions)
    offered.push(
      isWritten(adoption) && !adoption.tagged
        ? { ...adoption, tagged: await offerTag(cli, adoption) }
        : adoption,
    );
  return offered;
}

/** @returns whether the identity has the tag now */
async function offerTag(
  { world, out }: Cli,
  { domain, region }: { readonly domain: string; readonly region: string },
): Promise<boolean> {
  const answer = await world.ask(approvalWords(tagQuestion(domain)));
  if (answer?.trim() !== 'yes') return false;
  const refusal = await orCliError(world.tagIdentity({ domain, region }));
  if (refusal instanceof CliError) out.note(refusal.message);
  return !(refusal instanceof CliError);
}
