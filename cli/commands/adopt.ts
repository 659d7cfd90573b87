import type { DomainList } from '../../list/domain-list';
import { addEntries, type NewEntry } from '../../list/edit-list';
import { parseEntryKey } from '../../list/entry-key';
import { CannotEditList } from '../../list/mistake';
import { askForFacts, askForInventories, type ListedSelector, type RegionInventory } from '../adopt/ask';
import { type AdoptionFacts, decideSelector } from '../adopt/decide';
import { type Adoption, adoptionAsData, isWritten, showAdoptions } from '../adopt/show';
import { offerTags } from '../adopt/tag';
import { CliCommand } from '../command';
import { type DeployedStack, deployedUnlisted } from '../engine/applied-state';
import { usageError } from '../errors/cli-error';
import { EXIT, type ExitCode } from '../exit-codes';
import { naturally } from '../grouping';
import { planPut, storeKey } from '../key/put';
import { type ListText, parseList, requireListText } from '../target/domain-list';
import { targetIn } from '../target/target';
import type { DomainInRegions } from '../words/adopt';
import type { Cli, DomainOptions } from '../world/cli';

export const adoptCommand = (): CliCommand =>
  new CliCommand('adopt', 'import existing SES identities into the list')
    .description(
      'Adds an entry with `identity: existing` for each domain whose identity, key and record are clear. Prints the unclear domains with the reason. Changes nothing but the list and, with --key-file, the key store and the tag of the identity. Needs the permissions that `byodkim policy adopt` prints, and with --key-file also those of `put-keys` and, to set the tag, `ses:TagResource`.',
    )
    .argument('[domain...]', 'check only these domains')
    .option(
      '--key-file <file>',
      'first store this private key, with which SES signs for the only domain that you pass',
    )
    .ends({
      ok: 'written, or nothing is left to write',
      notReady: 'some domains are unclear; the others are written',
      examples: [
        ['adopt', 'in every region of the list'],
        ['adopt example.com --key-file key.pem', 'a domain that `byodkim set` has set'],
      ],
    })
    .runs(adopt);

async function adopt(cli: Cli, options: DomainOptions, names: string[]): Promise<ExitCode> {
  const { world, out } = cli;
  const read = await requireListText(world, options);
  const { file } = read;
  const list = parseList(read);
  const only = names.map((name) => targetIn(world, options, list, name).domain);
  let inventories = await askForInventories(cli, options, list, only);
  if (options.keyFile !== undefined) {
    await storeKeyOf(cli, options, only, inventories);
    inventories = await askForInventories(cli, options, list, only);
  }
  const judged = [...notFound(only, list, inventories), ...(await adoptAll(cli, list, inventories))];
  const isStored = options.keyFile !== undefined;
  const adoptions = isStored ? await offerTags(cli, judged) : judged;
  const entries = adoptions.filter(isWritten).map(({ entry }) => entry);
  if (entries.length > 0) await world.writeFile(file, withEntries(read, entries));
  const unclear = adoptions.length - entries.length;
  const exitCode = unclear > 0 ? EXIT.notReady : EXIT.ok;
  const inSeveral = inSeveralRegions(list, adoptions);
  out.result({ list: file, adoptions: adoptions.map(adoptionAsData), inSeveral }, () =>
    showAdoptions(file, adoptions, { inSeveral, isStored }),
  );
  return exitCode;
}

/** Stores the private key with which SES signs for the only domain, before its entry is written. @throws CliError */
async function storeKeyOf(
  cli: Cli,
  { keyFile = '', ...options }: DomainOptions,
  [domain = '', ...others]: readonly string[],
  inventories: readonly RegionInventory[],
): Promise<void> {
  const [found, ...more] = inventories.flatMap(({ region, identities }) => {
    const { selector } = identities.get(domain) ?? {};
    return selector === undefined ? [] : [{ region, selector }];
  });
  if (found === undefined || more.length > 0 || others.length > 0) throw usageError('key-of-one-domain', {});
  await storeKey(cli, await planPut(cli, { ...options, ...found }, domain, keyFile));
}

/** Returns the adopted domains that are now in the list in several regions. */
function inSeveralRegions({ domains }: DomainList, adoptions: readonly Adoption[]): DomainInRegions[] {
  const written = adoptions.filter(isWritten);
  const places = [...domains, ...written];
  return [...new Set(written.map(({ domain }) => domain))]
    .map((domain) => ({
      domain,
      regions: places.filter((each) => each.domain === domain).map(({ region }) => region),
    }))
    .filter(({ regions }) => regions.length > 1);
}

/** Returns the domains of the list or of SES, in any region. */
const domainsThere = ({ domains }: DomainList, inventories: readonly RegionInventory[]): Set<string> =>
  new Set([
    ...domains.map(({ domain }) => domain),
    ...inventories.flatMap(({ identities }) => [...identities.keys()]),
  ]);

/** Returns the named domains that no region knows. */
function notFound(
  only: readonly string[],
  list: DomainList,
  inventories: readonly RegionInventory[],
): Adoption[] {
  const there = domainsThere(list, inventories);
  return only
    .filter((domain) => !there.has(domain) && inventories.every(({ keys }) => !keys.has(domain)))
    .map((domain) => ({ code: 'NOT_FOUND', facts: {}, domain }));
}

/** Decides about the domains of each region. A selector that is given to one region is taken for the next. */
async function adoptAll(
  cli: Cli,
  list: DomainList,
  inventories: readonly RegionInventory[],
): Promise<Adoption[]> {
  const there = domainsThere(list, inventories);
  const known: ListedSelector[] = [...list.domains];
  const adoptions: Adoption[] = [];
  const deployed = await deployedUnlisted(list);
  for (const inventory of inventories) {
    const { region, identities, keys } = inventory;
    // Regions may share a bucket, so keys count in the region of the identity, or by themselves if no region has one.
    const domains = [...identities.keys(), ...[...keys.keys()].filter((domain) => !there.has(domain))]
      .filter((domain) => known.every((each) => each.domain !== domain || each.region !== region))
      .sort(naturally);
    for (const found of await askForFacts(cli, domains, inventory, { known, gate: list.gate })) {
      const adoption = adoptOne({ ...found, stack: stackOf(found.domain, region, deployed) }, region);
      adoptions.push(adoption);
      if (isWritten(adoption)) known.push({ domain: found.domain, region, selector: adoption.selector });
    }
  }
  return adoptions;
}

/** Returns the stack of a domain in a region, among the stacks whose entries are not in the list. */
const stackOf = (domain: string, region: string, deployed: readonly DeployedStack[]): string | undefined =>
  deployed.find((each) => each.region === region && parseEntryKey(each.stack)?.domain === domain)?.stack;

function adoptOne(found: AdoptionFacts, region: string): Adoption {
  const { domain, taken, state } = found;
  const decision = decideSelector(found);
  if (decision.code !== 'ADOPTED') return { ...decision, domain, region };
  const { selector } = decision;
  const entry: NewEntry =
    taken.length === 0
      ? { key: domain, settings: { selector, region, identity: 'existing' } }
      : { key: `${domain}@${region}`, settings: { selector, identity: 'existing' } };
  return { ...decision, domain, region, entry, tagged: state?.managed === true };
}

/** Returns the list with new entries. @throws CliError if the text would not be a valid list */
function withEntries({ text, file }: ListText, entries: readonly NewEntry[]): string {
  try {
    const edited = addEntries(text, entries);
    parseList({ text: edited, file });
    return edited;
  } catch (error) {
    if (error instanceof CannotEditList) throw usageError('list-not-editable', { reason: error.message });
    throw error;
  }
}
