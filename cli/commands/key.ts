import { dnsRecordsFolder, privateKeyObject, s3Uri } from '../../handlers/contract/contract';
import { dnsRecord } from '../../handlers/selector/dns-record';
import { inRegion } from '../../list/domain-list';
import { CliCommand } from '../command';
import { findPublished } from '../dns/prove';
import { showRecord } from '../dns/record-forms';
import { failure } from '../errors/cli-error';
import { EXIT, type ExitCode } from '../facts/exit-codes';
import { accountOf, bucketOf } from '../target/domain-list';
import { aliasesIn, findRecord, publicHalf, readKeyBytes } from '../target/find-record';
import type { Answers } from '../target/function';
import {
  askFunction,
  eventFields,
  findKeyTarget,
  functionOf,
  selectorOf,
  type Target,
} from '../target/target';
import type { Cli, DomainOptions } from '../world/cli';

export const keyCommand = (): CliCommand => {
  const put = new CliCommand('put', 'store a key that you bring')
    .description(
      'Checks a private key, compares it with DNS, and stores it in S3 with its record. Nothing that is there is overwritten. Needs what `byodkim policy put-keys` prints.',
    )
    .ofDomain()
    .argument('<file>', 'the private key: PEM, PKCS#1 or PKCS#8, without a passphrase')
    .withSelector()
    .ends({
      ok: 'stored',
      notReady: 'it is there already, with its record; nothing was written',
      wrong: 'the key cannot be used, or another one is published or stored; nothing was written',
      examples: [['key put example.com private_key.pem', 'the first step of a first deploy']],
    })
    .runs(putKey);
  const create = new CliCommand('create', 'make the key pair of a selector, or of several')
    .description(
      'Has the function make an RSA-2048 pair, store it with its record in S3, and notify the DNS team. A key that is there, such as your own, is never overwritten: what is missing beside it is written. If DNS holds the ' +
        'record of another key at its name, none is made. With several selectors the DNS team is asked once, and rotations to come ' +
        'need nobody.',
    )
    .ofDomain()
    .withSelector('the DKIM selector, or several: s1,s2')
    .ends({
      ok: 'made; or the key was there, and its DNS information has been written',
      notReady: 'key and DNS information are there already; nothing was written',
      wrong:
        'the selector is in use with another key, or the object in its place is no usable key; nothing was written',
      examples: [
        ['key create example.com --selector s2', 'the first step of a rotation'],
        ['key create example.com -s s1,s2,s3', 'a key now, and two for later'],
      ],
    })
    .runs(createKeys);
  return new CliCommand('key', 'make or store a key')
    .description('Private keys stay in S3: no command prints one.')
    .addCommand(put)
    .addCommand(create);
};

async function createKeys(cli: Cli, options: DomainOptions, text: string): Promise<ExitCode> {
  const target = await findKeyTarget(cli, options, text);
  const selectors = (options.selector?.split(',') ?? [undefined]).map((each) => selectorOf(target, each));
  const { record, gate } = target.listed ?? {};
  const isAsked = record === undefined || record.delegation !== undefined;
  const isOne = selectors.length === 1;
  const make = (selector: string) => {
    const fields = { ...eventFields(target, selector), gate, notifyDnsTeam: isAsked && isOne };
    return askFunction(cli, target, 'createKey', {
      fields,
      title: `Making a key for ${selector} of ${target.domain}`,
    });
  };
  const answers: Answers['createKey'][] = [];
  for (const selector of selectors) answers.push(await make(selector));
  const [first] = answers as [Answers['createKey']];
  const isNew = answers.some(({ created, described }) => created || described);
  const { notice } =
    !isOne && isNew && isAsked
      ? await askFunction(cli, target, 'notifyDnsTeam', { fields: eventFields(target, first.selector) })
      : first;
  const { out } = cli;
  const printed = (): string => {
    const notified = notice.sent
      ? 'The DNS team was notified.'
      : `The DNS team was not notified: ${notice.error ?? notice.reason ?? 'no reason given'}.`;
    const made = answers.flatMap(({ created, message, storedAt }) => [
      (created ? out.colours.green : out.colours.yellow)(message),
      `The private key is at ${storedAt}.`,
    ]);
    const [shown, ...spares] = answers.map((each) => each.record);
    const all = { ...shown!, spares, aliases: aliasesIn(target) };
    return `${[...made, notified].join('\n')}\n\n${showRecord(all, out.colours)}`;
  };
  const warnings = answers.flatMap((each) => each.warnings);
  out.result(isOne ? first : { keys: answers, notice }, printed, warnings);
  return isNew ? EXIT.ok : EXIT.notReady;
}

async function putKey(cli: Cli, options: DomainOptions, text: string, file: string): Promise<ExitCode> {
  const { world, out } = cli;
  const target = await findKeyTarget(cli, options, text);
  const selector = selectorOf(target, options.selector);
  const bytes = await readKeyBytes(world, file);
  const key = publicHalf(bytes, file);
  const { fingerprint } = key;
  const { domain, entry, listed } = target;
  const isPublished = await requirePair(cli, target, selector, fingerprint, file);
  const { region } = functionOf(target);
  const { keyStore = {}, keyLifetimeDays, mailFrom } = listed ?? {};
  const { kmsKeyArn } = target.list?.control.keyStore ?? {};
  const bucket =
    (target.list && listed && bucketOf(target.list, listed)) ??
    (await askFunction(cli, target, 'status')).keyStoreBucket;
  const account = accountOf(target.list) ?? (await world.callerAccount(region));
  const place = { region, bucket, account, kmsKeyArn: kmsKeyArn && inRegion(kmsKeyArn, region) };
  const keyPlace = { ...place, key: keyStore.privateKey ?? privateKeyObject(domain, selector) };
  const storedAt = s3Uri(keyPlace);
  const isStored = await world.storeNew({ ...keyPlace, body: bytes });
  if (!isStored) {
    const there = await findRecord(cli, target, selector);
    if (there.key.fingerprint !== fingerprint || there.refusal)
      throw failure('SELECTOR_IN_USE', {
        kind: 'stored',
        place: storedAt,
        expected: fingerprint,
        found: there.key.fingerprint,
      });
  }
  const request = { domain, selector, region, mailFrom, rotation: { keyLifetimeDays } };
  const record = dnsRecord(request, key, world.clock.now());
  const folder = keyStore.dnsRecords ?? dnsRecordsFolder(domain);
  const isDescribed = await world.storeNew({
    ...place,
    key: folder.endsWith('/') ? `${folder}${selector}.json` : folder,
    body: `${JSON.stringify({ format: 1, ...record }, null, 2)}\n`,
  });
  const stored = isStored || isDescribed;
  const named = `${entry}${selector === listed?.selector ? '' : ` -s ${selector}`}`;
  const next =
    listed?.record || isPublished
      ? [`byodkim deploy ${entry}`]
      : [
          `byodkim record ${named}   # for the DNS team; --notify sends it`,
          `byodkim check ${named} --wait 3600 && byodkim deploy ${entry}`,
        ];
  const is = isStored ? 'is' : stored ? 'was' : 'was already';
  out.result({ domain, selector, storedAt, stored, fingerprint, record }, () =>
    [
      out.colours[stored ? 'green' : 'yellow'](
        `The private key of ${selector} of ${domain} ${is} at ${storedAt}, its record beside it.`,
      ),
      `RSA-${key.bits}, ${fingerprint}${isPublished ? '; its record is published' : ''}.`,
      'Next:',
      ...next.map((each) => `  ${each}`),
    ].join('\n'),
  );
  return stored ? EXIT.ok : EXIT.notReady;
}

/** Returns whether the record of the key is published. @throws CliError if that of another key is */
async function requirePair(
  { world, out }: Cli,
  { domain, listed }: Target,
  selector: string,
  fingerprint: string,
  file: string,
): Promise<boolean> {
  const { recordName, servers } = await findPublished(world, { domain, selector, gate: listed?.gate });
  const found = servers.flatMap((each) => each.fingerprint ?? []);
  if (servers.every(({ verdict }) => verdict === 'unreachable'))
    out.note(`Warning: DNS did not answer for ${recordName}, so it was not compared.`);
  const other = found.find((each) => each !== fingerprint);
  if (other === undefined) return found.length > 0;
  throw failure('SELECTOR_IN_USE', {
    kind: 'published',
    file,
    recordName,
    expected: fingerprint,
    found: other,
  });
}
