import { partitionOf } from '../../constructs/names';
import { IDENTITY_TAG } from '../../handlers/contract/contract';
import { type DomainList, inRegion, keyStoreBucketOf, type ListedDomain } from '../../list/domain-list';
import { addEntries, entryLine, type NewEntry } from '../../list/edit-list';
import { CannotEditList } from '../../list/mistake';
import { CliCommand } from '../command';
import { findPublished } from '../dns/prove';
import { usageError } from '../errors/cli-error';
import { EXIT, type ExitCode } from '../facts/exit-codes';
import { parseList, requireListText } from '../target/domain-list';
import { functionsOf, targetIn } from '../target/target';
import { naturally } from '../words/format';
import type { Cli, GlobalOptions } from '../world/cli';
import type { Inventory } from '../world/world';

/** What became of one identity, or of keys without one. */
interface Adoption {
  readonly domain: string;
  /** Absent if no region has anything of it. */
  readonly region?: string;
  readonly entry?: NewEntry;
  readonly facts?: string;
  readonly unclear?: string;
  readonly tagged?: boolean;
}

type ListedSelector = Pick<ListedDomain, 'domain' | 'region' | 'selector'>;

const AT_ONCE = 8;

export const adoptCommand = (): CliCommand =>
  new CliCommand('adopt', 'import existing SES identities into the list')
    .description(
      'Adds an entry with `identity: existing` for each domain whose identity, key and record are clear. What is unclear is printed with the reason. Changes nothing but the list. Needs what `byodkim policy adopt` prints.',
    )
    .argument('[domain...]', 'only these')
    .ends({
      ok: 'written, or nothing is left to write',
      notReady: 'some are unclear; the others are written',
      examples: [['adopt', 'in every region of the list']],
    })
    .runs(adopt);

async function adopt(cli: Cli, options: GlobalOptions, names: string[]): Promise<ExitCode> {
  const { world, out } = cli;
  const { text, file } = await requireListText(world, options);
  const list = parseList({ text, file });
  const known: ListedSelector[] = [...list.domains];
  const only = names.map((name) => targetIn(world, options, list, name).domain);
  const inventories: (Inventory & { readonly region: string })[] = [];
  for (const { region } of functionsOf(world, options, list)) {
    const place = { region, bucket: bucketIn(list, region), only };
    const reading = `Reading what SES and ${place.bucket} have in ${region}`;
    inventories.push({ region, ...(await out.progress.during(reading, world.inventory(place))) });
  }
  const there = new Set([
    ...known.map(({ domain }) => domain),
    ...inventories.flatMap(({ identities }) => [...identities.keys()]),
  ]);
  const adoptions: Adoption[] = only
    .filter((domain) => !there.has(domain) && inventories.every(({ keys }) => !keys.has(domain)))
    .map((domain) => ({ domain, unclear: 'neither SES nor the key store has it' }));
  for (const inventory of inventories) {
    const { region, identities, keys } = inventory;
    // Regions may share a bucket: keys count where the identity is, and alone if no region has one.
    const domains = [...identities.keys(), ...[...keys.keys()].filter((domain) => !there.has(domain))]
      .filter((domain) => known.every((each) => each.domain !== domain || each.region !== region))
      .sort(naturally);
    for (const facts of await factsOf(cli, domains, inventory, known, list.gate)) {
      const { domain, taken, state } = facts;
      const decision = decide(facts);
      if ('unclear' in decision) {
        adoptions.push({ domain, region, ...decision });
        continue;
      }
      const { selector, facts: shown } = decision;
      known.push({ domain, region, selector });
      const entry: NewEntry =
        taken.length === 0
          ? { key: domain, settings: { selector, region, identity: 'existing' } }
          : { key: `${domain}@${region}`, settings: { selector, identity: 'existing' } };
      adoptions.push({ domain, region, entry, facts: shown, tagged: state?.managed === true });
    }
  }
  const entries = adoptions.flatMap(({ entry }) => entry ?? []);
  if (entries.length > 0) {
    const edited = withEntries(text, entries);
    // A text that would be no list is not written.
    parseList({ text: edited, file });
    await world.writeFile(file, edited);
  }
  out.result({ list: file, adoptions }, () => format(file, adoptions));
  return adoptions.some(({ unclear }) => unclear !== undefined) ? EXIT.notReady : EXIT.ok;
}

function bucketIn({ control }: DomainList, region: string): string {
  const { name } = keyStoreBucketOf(control);
  if (name !== undefined) return inRegion(name, region);
  throw usageError('bucket-unknown', {});
}

/** Finds what SES, the key store, the list and DNS have of each domain in one region. */
function factsOf(
  { world, out }: Cli,
  domains: readonly string[],
  { identities, keys }: Inventory,
  known: readonly ListedSelector[],
  gate: DomainList['gate'],
) {
  const isPublished = async (domain: string, selector: string): Promise<boolean> => {
    const { servers } = await findPublished(world, { domain, selector, gate });
    return servers.some(({ fingerprint }) => fingerprint !== undefined);
  };
  return out.progress.map(`Asking DNS about ${domains.length} domains`, domains, AT_ONCE, async (domain) => {
    const own = keys.get(domain) ?? [];
    /** Selectors that entries of the domain have in other regions. */
    const taken = known.filter((each) => each.domain === domain).map(({ selector }) => selector);
    const all = [...new Set([...own, ...taken])];
    const there = await Promise.all(all.map((selector) => isPublished(domain, selector)));
    const published = all.filter((_, index) => there[index]);
    return { domain, state: identities.get(domain), keys: own, taken, published };
  });
}

function withEntries(text: string, entries: readonly NewEntry[]): string {
  try {
    return addEntries(text, entries);
  } catch (error) {
    if (error instanceof CannotEditList) throw usageError('list-not-editable', { reason: error.message });
    throw error;
  }
}

function format(file: string, adoptions: readonly Adoption[]): string {
  const written = adoptions.filter(({ entry }) => entry !== undefined);
  const unclear = adoptions.filter((each) => each.unclear !== undefined);
  const untagged = written.filter(({ tagged }) => !tagged);
  const lines = [
    written.length === 0 ? 'Nothing was written.' : `${written.length} written into ${file}:`,
    ...written.map(({ entry, facts }) => `  ${entryLine(entry!)}  # ${facts}`),
    unclear.length > 0 && `${unclear.length} unclear, not written:`,
    ...unclear.map((each) => `  ${each.domain}${each.region ? ` in ${each.region}` : ''}: ${each.unclear}.`),
    ...(untagged.length > 0 ? tagging(untagged) : []),
    ...(written.length > 0
      ? [
          'Next: write the record beside each key (the DNS team is not asked for what is published), then review what a deploy would change or refuse.',
          loop(
            written.map(({ entry }) => entry!.key),
            'byodkim key create "$NAME"',
          ),
          '  byodkim review',
        ]
      : []),
  ];
  return lines.filter(Boolean).join('\n');
}

const loop = (names: readonly string[], command: string): string =>
  `  for NAME in ${names.join(' ')}; do ${command}; done`;

/** Formats the commands that set the tag. */
function tagging(untagged: readonly Adoption[]): string[] {
  const { key, value } = IDENTITY_TAG;
  const regions = [...new Set(untagged.map(({ region }) => region!))];
  return [
    `${untagged.length} without the tag ${key}=${value}, which the function needs before it may change them. If no other stack sets their tags:`,
    '  ACCOUNT=$(aws sts get-caller-identity --query Account --output text)',
    ...regions.map((region) =>
      loop(
        untagged.filter((each) => each.region === region).map(({ domain }) => domain),
        `aws sesv2 tag-resource --region ${region} --resource-arn "arn:${partitionOf(region)}:ses:${region}:$ACCOUNT:identity/$NAME" --tags Key=${key},Value=${value}`,
      ),
    ),
  ];
}

type AdoptionFacts = Awaited<ReturnType<typeof factsOf>>[number];

/** The selector to write, with the facts that it follows from; or why none is clear. */
type Decision = { readonly selector: string; readonly facts: string } | { readonly unclear: string };

/** Decides which selector an entry gets. Guesses nothing: if the facts leave a choice, a person makes it. */
function decide({ state, keys, published, taken }: AdoptionFacts): Decision {
  const named = keys.join(', ');
  if (state === undefined)
    return { unclear: `there are keys of ${named}, and SES has no identity in this region` };
  const { origin, status, enabled } = state;
  const isInForce = origin === 'EXTERNAL';
  // Of several prepared keys, the one that is published.
  const prepared = keys.length === 1 ? keys : keys.filter((each) => published.includes(each));
  const [selector = ''] = isInForce ? [state.selector] : prepared;
  const isPublished = published.includes(selector);
  const isShared = taken.includes(selector);
  const problems = isInForce
    ? [
        selector === '' && 'SES has BYODKIM and shows no selector',
        !enabled && `signing with ${selector} is switched off, and a deploy would switch it on`,
        !keys.includes(selector) &&
          !isShared &&
          `SES signs with ${selector}, whose private key is not in the key store`,
        !isPublished && `SES signs with ${selector}, and no server of DNS has a usable record of it`,
      ]
    : [
        origin !== 'AWS_SES' && `SES has ${origin} (deterministic Easy DKIM), which no rollback can restore`,
        keys.length === 0 &&
          'SES has Easy DKIM, and there is no private key: put one into the key store, or write createKey: true',
        prepared.length !== 1 &&
          `there are keys of ${named}, and ${prepared.length === 0 ? 'none' : 'more than one'} of them is published`,
      ];
  // SES has verified both against one record: it is one key.
  const isOneKey = isInForce && status === 'SUCCESS';
  const unclear = [
    ...problems,
    isShared &&
      !isOneKey &&
      `an entry of another region has the selector ${selector}, and SES has not verified it here: whether the key is the same is not known`,
  ].find((problem) => problem !== false);
  if (unclear !== undefined) return { unclear };
  const now = `${isInForce ? 'BYODKIM' : 'Easy DKIM'} (${status}${enabled ? '' : ', signing off'})`;
  const record = isPublished ? 'its record is published' : 'its record is not published yet';
  return { selector, facts: `SES has ${now}; ${record}${isShared ? ', one with another region' : ''}` };
}
