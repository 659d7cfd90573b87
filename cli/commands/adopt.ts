import type { SigningState } from '../../handlers/aws/email-identity';
import { IDENTITY_TAG } from '../../handlers/contract/contract';
import { DEFAULT_LIST, type DomainList, inRegion, keyStoreBucketOf } from '../../list/domain-list';
import { addEntries, CannotEditList, entryLine, hasNoEntry, type NewEntry } from '../../list/edit-list';
import { usageError } from '../cli-error';
import { type Cli, CliCommand, type GlobalOptions } from '../command';
import { type AskedGate, gateSettings } from '../dns/gate-options';
import { findPublished } from '../dns/prove';
import { type ListText, parseList, readListText } from '../domain-list';
import { EXIT, type ExitCode } from '../exit-codes';
import { functionsOf, targetIn } from '../target';
import { naturally } from '../terminal/words';
import type { InventoryPlace } from '../world';

interface AdoptOptions extends GlobalOptions {
  readonly bucket?: string;
}

/** What became of one identity, or of keys without one. */
interface Adoption {
  readonly domain: string;
  /** Absent if no region has anything of it. */
  readonly region?: string;
  readonly hasIdentity: boolean;
  readonly entry?: NewEntry;
  readonly facts?: string;
  readonly unclear?: string;
  readonly tagged?: boolean;
}

/** A selector that an entry of the list has. */
interface ListedSelector {
  readonly domain: string;
  readonly region: string;
  readonly selector: string;
}

const AT_ONCE = 8;

/** Completes a list that has no entry yet, while its settings are read. */
const standIn = ({ region }: AdoptOptions): NewEntry => ({
  key: 'none.invalid',
  settings: { selector: 'none', identity: 'existing', ...(region !== undefined && { region }) },
});

export const adoptCommand = (): CliCommand =>
  new CliCommand('adopt', 'import existing SES identities into the list')
    .description(
      'Adds an entry with `identity: existing` for each domain whose identity, key and record are clear. What is unclear is printed with the reason. Changes nothing but the list; without one, makes it. Needs what `byodkim policy adopt` prints.',
    )
    .argument('[domain...]', 'only these')
    .option('--bucket <bucket>', 'bucket of the private keys, if there is no list yet')
    .ends({
      ok: 'written, or nothing is left to write',
      notReady: 'some are unclear; the others are written',
      examples: [
        ['adopt', 'in every region of the list'],
        ['adopt --region eu-west-1 --bucket old-dkim-keys', 'a new list, from the old process'],
      ],
    })
    .runs(adopt);

async function adopt(cli: Cli, options: AdoptOptions, names: string[]): Promise<ExitCode> {
  const { world, out } = cli;
  if (options.list === false) throw usageError('The entries are written into the list: leave --no-list out.');
  const read = await readListText(world, options);
  const isBegun = read !== undefined && hasNoEntry(read.text);
  const list = read && parseList(isBegun ? { ...read, text: withEntries(read, [standIn(options)]) } : read);
  const known: ListedSelector[] = list === undefined || isBegun ? [] : [...list.domains];
  const only = names.map((name) => targetIn(world, options, list, name).domain);
  const found: Adoption[] = [];
  for (const { region } of functionsOf(world, options, list)) {
    const place = { region, bucket: bucketIn(options, list, region), only };
    found.push(...(await adoptRegion(cli, place, known, gateSettings({}, list?.gate))));
  }
  const there = new Set(
    [...known, ...found.filter(({ hasIdentity }) => hasIdentity)].map(({ domain }) => domain),
  );
  const lost = only.filter((domain) => !there.has(domain) && found.every((each) => each.domain !== domain));
  const adoptions: Adoption[] = [
    // Regions may share a bucket: the others have the keys as well.
    ...found.filter(({ domain, hasIdentity }) => hasIdentity || !there.has(domain)),
    ...lost.map((domain) => ({
      domain,
      hasIdentity: false,
      unclear: 'neither SES nor the key store has it',
    })),
  ];
  const file = read?.file ?? DEFAULT_LIST;
  const entries = adoptions.flatMap(({ entry }) => entry ?? []);
  if (entries.length > 0) {
    const text = read ? withEntries(read, entries) : newList(options, adoptions);
    // A text that would be no list is not written.
    parseList({ text, file });
    await world.writeFile(file, text);
  }
  out.result({ list: file, adoptions }, () => format(file, adoptions));
  return adoptions.some(({ unclear }) => unclear !== undefined) ? EXIT.notReady : EXIT.ok;
}

function bucketIn({ bucket }: AdoptOptions, list: DomainList | undefined, region: string): string {
  const listed = list && keyStoreBucketOf(list.control).name;
  if (list && bucket !== undefined && listed !== bucket)
    throw usageError(
      `The keys have to be where the function reads them: found --bucket ${bucket}, expected control.keyStore.bucket of the list ` +
        `(${listed ?? 'it names none'}). Write control.keyStore.bucket: { existing: ${bucket} }, or name no bucket here.`,
    );
  const name = listed ?? bucket;
  if (name === undefined)
    throw usageError(
      'In which bucket are the private keys? Name it in control.keyStore.bucket of the list; without a list, with --bucket.',
    );
  return inRegion(name, region);
}

/** @param known the entries of the list; adopted ones are added to it */
async function adoptRegion(
  { world, out }: Cli,
  place: InventoryPlace,
  known: ListedSelector[],
  settings: AskedGate,
): Promise<Adoption[]> {
  const { region } = place;
  const reading = `Reading what SES and ${place.bucket} have in ${region}`;
  const { identities, keys } = await out.progress.during(reading, world.inventory(place));
  const names = [...new Set([...identities.keys(), ...keys.keys()])]
    .filter((domain) => known.every((each) => each.domain !== domain || each.region !== region))
    .sort(naturally);
  const isPublished = async (domain: string, selector: string): Promise<boolean> => {
    const { servers } = await findPublished(world, { domain, selector, settings });
    return servers.some(({ fingerprint }) => fingerprint !== undefined);
  };
  const found = await out.progress.map(
    `Asking DNS about ${names.length} domains`,
    names,
    AT_ONCE,
    async (domain) => {
      const own = keys.get(domain) ?? [];
      const taken = known.filter((each) => each.domain === domain).map(({ selector }) => selector);
      const all = [...new Set([...own, ...taken])];
      const there = await Promise.all(all.map((selector) => isPublished(domain, selector)));
      return { domain, keys: own, taken, published: all.filter((_, index) => there[index]) };
    },
  );
  return found.map(({ domain, ...facts }): Adoption => {
    const state = identities.get(domain);
    const decision = decide({ ...facts, state });
    const hasIdentity = state !== undefined;
    if ('unclear' in decision) return { domain, region, hasIdentity, unclear: decision.unclear };
    const { selector } = decision;
    known.push({ domain, region, selector });
    const entry: NewEntry =
      facts.taken.length === 0
        ? { key: domain, settings: { selector, region, identity: 'existing' } }
        : { key: `${domain}@${region}`, settings: { selector, identity: 'existing' } };
    return { domain, region, hasIdentity, entry, facts: decision.facts, tagged: state?.managed === true };
  });
}

function withEntries({ text }: ListText, entries: readonly NewEntry[]): string {
  try {
    return addEntries(text, entries);
  } catch (error) {
    if (error instanceof CannotEditList)
      throw usageError(`The list cannot be edited without touching more. ${error.message}`);
    throw error;
  }
}

const newList = ({ bucket }: AdoptOptions, adoptions: readonly Adoption[]): string =>
  [
    '# Written by byodkim adopt.',
    'control:',
    '  keyStore:',
    `    bucket: { existing: ${bucket} }`,
    'domains:',
    ...adoptions.flatMap(({ entry, facts }) => (entry ? [`  # ${facts}.`, `  ${entryLine(entry)}`] : [])),
    '',
  ].join('\n');

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
        `aws sesv2 tag-resource --region ${region} --resource-arn "arn:aws:ses:${region}:$ACCOUNT:identity/$NAME" --tags Key=${key},Value=${value}`,
      ),
    ),
  ];
}

/** The knowledge of one domain in one region. */
interface AdoptionFacts {
  /** Absent: SES has no identity in this region. */
  readonly state: SigningState | undefined;
  /** Selectors whose private key is in the key store. */
  readonly keys: readonly string[];
  /** Selectors that entries of the domain have in other regions. */
  readonly taken: readonly string[];
  /** Those of both that have a usable record on some server of DNS. */
  readonly published: readonly string[];
}

/** The selector to write, with the facts that it follows from; or why none is clear. */
type Decision = { readonly selector: string; readonly facts: string } | { readonly unclear: string };

/** Decides which selector an entry gets. Guesses nothing: if the facts leave a choice, a person makes it. */
function decide({ state, keys, published, taken }: AdoptionFacts): Decision {
  if (state === undefined)
    return { unclear: `there are keys of ${keys.join(', ')}, and SES has no identity in this region` };
  const { origin, status, enabled } = state;
  if (origin !== 'EXTERNAL' && origin !== 'AWS_SES')
    return { unclear: `SES has ${origin} (deterministic Easy DKIM), which no rollback can restore` };
  const isInForce = origin === 'EXTERNAL';
  const choice = isInForce
    ? chooseInForce(state, [...keys, ...taken], published)
    : choosePrepared(
        keys,
        keys.filter((each) => published.includes(each)),
      );
  if ('unclear' in choice) return choice;
  const { selector } = choice;
  const isShared = taken.includes(selector);
  // SES has verified both against one record: it is one key.
  if (isShared && !(isInForce && status === 'SUCCESS'))
    return {
      unclear: `an entry of another region has the selector ${selector}, and SES has not verified it here: whether the key is the same is not known`,
    };
  const now = origin === 'EXTERNAL' ? 'BYODKIM' : 'Easy DKIM';
  const record = published.includes(selector) ? 'its record is published' : 'its record is not published yet';
  const shared = isShared ? ', one with another region' : '';
  return {
    selector,
    facts: `SES has ${now} (${status}${enabled ? '' : ', signing off'}); ${record}${shared}`,
  };
}

type Choice = { readonly selector: string } | { readonly unclear: string };

function chooseInForce(
  { selector, enabled }: SigningState,
  keys: readonly string[],
  published: readonly string[],
): Choice {
  if (selector === undefined) return { unclear: 'SES has BYODKIM and shows no selector' };
  if (!enabled)
    return { unclear: `signing with ${selector} is switched off, and a deploy would switch it on` };
  if (!keys.includes(selector))
    return { unclear: `SES signs with ${selector}, whose private key is not in the key store` };
  if (!published.includes(selector))
    return { unclear: `SES signs with ${selector}, and no server of DNS has a usable record of it` };
  return { selector };
}

/** Chooses the prepared key: of several, the one that is published. */
function choosePrepared(keys: readonly string[], published: readonly string[]): Choice {
  const candidates = keys.length === 1 ? keys : published;
  if (candidates.length === 1) return { selector: candidates[0]! };
  return {
    unclear:
      keys.length === 0
        ? 'SES has Easy DKIM, and there is no private key: put one into the key store, or write createKey: true'
        : `there are keys of ${keys.join(', ')}, and ${published.length === 0 ? 'none' : 'more than one'} of them is published`,
  };
}
