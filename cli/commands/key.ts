import { CliCommand } from '../command';
import { formatRecord } from '../dns/record-forms';
import { EXIT, type ExitCode } from '../exit-codes';
import { type CreatedKeys, isNothingWritten, makeKeys } from '../key/create';
import { findKeyTarget, planPut, storeKey } from '../key/put';
import { aliasesIn } from '../target/find-record';
import type { Target } from '../target/target';
import { dnsTeamWords, keyWords, nextOfKeyWords, placeWords, putWords } from '../words/key';
import type { Cli, DomainOptions } from '../world/cli';
import type { Output } from '../world/output';

export const keyCommand = (): CliCommand => {
  const put = new CliCommand('put', 'store a key that you bring')
    .description(
      'Checks a private key, compares it with DNS, and stores it in S3 with its record. Never overwrites an object. Needs the permissions that `byodkim policy put-keys` prints.',
    )
    .ofDomain()
    .argument('<file>', 'the private key: PEM, PKCS#1 or PKCS#8, without a passphrase')
    .withSelector()
    .ends({
      ok: 'stored',
      notReady: 'the key and its record are already stored; nothing was written',
      wrong: 'the key cannot be used, or another one is published or stored; nothing was written',
      examples: [['key put example.com private_key.pem', 'the first step of a first deploy']],
    })
    .runs(putKey);
  const create = new CliCommand('create', 'make a key pair for one or more selectors')
    .description(
      'Has the function make an RSA-2048 pair, store it with its record in S3, and notify the DNS team. Never overwrites an existing key, such as your own, and writes DNS information that is missing. If DNS has the record of another key at the name, no key is made. With several selectors, the DNS team is asked once, and later rotations need no request.',
    )
    .ofDomain()
    .withSelector('the DKIM selector, or several: s1,s2')
    .ends({
      ok: 'made; or the key existed, and its DNS information has been written',
      notReady: 'the key and its DNS information are already stored; nothing was written',
      wrong:
        'the selector is in use with another key, or the object in its place is not a usable key; nothing was written',
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
  const created = await makeKeys(cli, options, target);
  const { keys, notice } = created;
  cli.out.result(
    keys.length === 1 ? keys[0] : { keys, notice },
    () => showCreated(target, created, cli.out.colours),
    keys.flatMap((each) => each.warnings),
  );
  return isNothingWritten(created) ? EXIT.notReady : EXIT.ok;
}

function showCreated(target: Target, { keys, notice }: CreatedKeys, colours: Output['colours']): string {
  const made = keys.flatMap(({ created, message, storedAt }) => [
    (created ? colours.green : colours.yellow)(message),
    placeWords(storedAt),
  ]);
  const [shown, ...others] = keys;
  const spares = others.map(({ record }) => record);
  const records = formatRecord({ ...shown.record, spares, aliases: aliasesIn(target) }, colours);
  return `${[...made, dnsTeamWords(notice)].join('\n')}\n\n${records}`;
}

async function putKey(cli: Cli, options: DomainOptions, text: string, file: string): Promise<ExitCode> {
  const plan = await planPut(cli, options, text, file);
  const stored = await storeKey(cli, plan);
  const { target, selector, record, isPublished } = plan;
  const { entry, listed } = target;
  const isNew = stored.written !== 'nothing';
  cli.out.result({ ...stored, stored: isNew, record }, () => {
    const next = nextOfKeyWords({
      entry,
      selector: selector === listed?.selector ? undefined : selector,
      isDeployNext: listed?.record !== undefined || isPublished,
    });
    const paint = cli.out.colours[isNew ? 'green' : 'yellow'];
    return [paint(putWords(stored)), keyWords(stored), ...next].join('\n');
  });
  return isNew ? EXIT.ok : EXIT.notReady;
}
