import { delegatedName } from '../../handlers/contract/contract';
import { aliasError } from '../../handlers/dns/wording';
import type { GateOutcome } from '../../handlers/facts/gate';
import { FINDINGS } from '../../handlers/words/findings';
import { CliCommand, collect, wholeNumber } from '../command';
import { proveMailFromOf, type ReceiverRow, receiverRows, unsignedMailOf } from '../dns/mail-domain';
import { prove, standingOfOutcome } from '../dns/prove';
import { messageAndAdvice, serverTable } from '../dns/report';
import { whyNotVerified } from '../dns/why-not-verified';
import { CliError, orCliError } from '../errors/cli-error';
import { exitCodeOfOutcome } from '../errors/failure-catalogue';
import { EXIT, type ExitCode, worst } from '../facts/exit-codes';
import { findRecord, readKeyBytes } from '../target/find-record';
import { askFunction, delegationOf, findTarget, selectorOf, type Target } from '../target/target';
import type { Cli, DomainOptions } from '../world/cli';
import { table } from '../world/table';

interface CheckOptions extends DomainOptions {
  readonly nameserver?: readonly string[];
  readonly resolver?: readonly string[];
  readonly wait?: number;
  readonly all?: boolean;
}

export const checkCommand = (): CliCommand =>
  new CliCommand('check', 'is the record published, everywhere, and of the right key?')
    .description(
      'Asks DNS what a deploy would ask, from this machine: every server of the zone, then resolvers. Changes nothing.\n' +
        'The right key is the one you give (no AWS needed); without one, the deployed function returns the public half of the key in S3.',
    )
    .argument('<domain>', 'the domain, in letters of any script')
    .withSelector()
    .withKeyFile('the expected key')
    .option(
      '--all',
      'print all records by which receivers judge mail: DKIM, MAIL FROM, SPF, DMARC and others',
    )
    .option('--nameserver <ip:port>', 'ask this server, not those that the zone names (repeatable)', collect)
    .option('--resolver <ip:port>', 'ask this resolver, not public ones (repeatable)', collect)
    .option('--wait <seconds>', 'repeat until it is ready, this long at most', wholeNumber(0, 86_400))
    .ends({
      ok: 'ready: a deploy would pass its gate',
      notReady: 'not ready: some server has no record yet, or an older one',
      wrong:
        'wrong: a record that cannot be used, or of another key, or missing while SES signs with it; or the key in S3 has replaced the one that SES signs with',
      cannotTell: 'not known: DNS did not answer',
      examples: [
        ['check example.com', 'a domain of the list, its key as the function sees it'],
        [
          'check example.com -s s1 --key-file private_key.pem',
          'without AWS; the file does not leave this machine',
        ],
        ['check example.com --wait 600 && byodkim deploy example.com', 'deploy when the record is there'],
      ],
    })
    .runs(check);

async function check(cli: Cli, options: CheckOptions, text: string): Promise<ExitCode> {
  const target = await findTarget(cli, options, text);
  const { domain, listed } = target;
  const selector = selectorOf(target, options.selector);
  const { key: expected, source, refusal } = await findRecord(cli, target, selector, options.keyFile);
  const { wait: waitSeconds = 0, nameserver, resolver } = options;
  // A machine that may not ask every server asks those that it may.
  const gate = {
    ...listed?.gate,
    ...(nameserver && { mode: 'authoritative' as const, nameservers: nameserver }),
    ...(resolver && { resolvers: resolver }),
  };
  const limit = waitSeconds > 0 ? `, ${waitSeconds} s at most` : '';
  const proof = { domain, selector, expected, gate, waitSeconds };
  const mailDomain = { ...proof, region: target.region, mailFrom: listed?.mailFrom };
  const [proved, mailFrom] = await cli.out.progress.during(
    `Asking DNS for ${selector}._domainkey.${domain}${limit}`,
    Promise.all([prove(cli.world, proof), proveMailFromOf(cli.world, mailDomain)]),
  );
  const delegation = delegationOf(target);
  const alias = delegation && aliasError(proved, delegatedName(domain, selector, delegation));
  const { message, advice } = alias ?? {};
  const notOurs = message && ({ ready: false, code: 'DNS_TXT_NOT_READY', message, advice } as const);
  const isLive = !proved.ready && !options.keyFile && (await isSigning(cli, target, selector, proved));
  const outcome = { ...proved, ...(isLive ? missingWhileSigning(proved, target, selector) : notOurs || {}) };
  // Resolvers remember what they did not find, so DMARC is read if the domain is known to exist.
  const unsigned =
    outcome.ready || options.all
      ? await unsignedMailOf(
          cli.world,
          proof,
          async () => (await askFunction(cli, target, 'status')).ses?.mailFrom,
        )
      : undefined;
  const rows =
    options.all && unsigned ? await receiverRows(cli.world, mailDomain, mailFrom, unsigned) : undefined;
  const codes = [outcome, mailFrom].flatMap((each) => (each ? exitCodeOfOutcome(each) : []));
  const exitCode = worst(isLive || refusal ? [EXIT.wrong, ...codes] : codes);
  const pem = options.keyFile && (await readKeyBytes(cli.world, options.keyFile)).toString('latin1');
  const answers = pem ? whyNotVerified(options.keyFile!, pem, expected, proved) : undefined;
  const ready = exitCode === EXIT.ok;
  const code = refusal?.code ?? outcome.code ?? mailFrom?.code;
  const found = { refusal, mailFrom, unsignedMail: unsigned, records: rows, answers };
  const { colours } = cli.out;
  const painted = (each: Pick<GateOutcome, 'message' | 'advice'> & { readonly ready?: boolean }): string =>
    (each.ready ? colours.green : colours.red)(messageAndAdvice(each));
  cli.out.result(
    { domain, selector, expectedFrom: source, ...outcome, ready, code, ...found, exitCode },
    () => {
      const parts = [
        serverTable(outcome),
        ...[outcome, refusal, mailFrom].flatMap((each) => (each ? painted(each) : [])),
        ...(rows ? [receiverTable(proved, rows)] : []),
        ...Object.entries(answers ?? {}).map(([question, answer]) => `${colours.bold(question)}\n${answer}`),
        ...(unsigned ? [`Unsigned mail: ${unsigned.inWords}.`] : []),
      ];
      return parts.join('\n\n');
    },
    outcome.warnings,
  );
  return exitCode;
}

/** Asks the function whether mail needs the record now; a function that cannot be asked says nothing of it. */
async function isSigning(cli: Cli, target: Target, selector: string, outcome: GateOutcome): Promise<boolean> {
  if (outcome.code === 'DNS_LOOKUP_FAILED') return false;
  const answer = await orCliError(askFunction(cli, target, 'status'));
  if (answer instanceof CliError) return false;
  const { ses, fingerprint } = answer;
  // After the first success SES signs on while a record is missing, for days.
  const signs = ses?.enabled && (ses.status === 'SUCCESS' || ses.status === 'TEMPORARY_FAILURE');
  if (!signs || ses.origin !== 'EXTERNAL' || (ses.selector ?? selector) !== selector) return false;
  // SES shows no key: another one than that of S3 may sign, unless this project has set it.
  return outcome.code === 'DNS_TXT_NOT_READY' || fingerprint === outcome.expectedFingerprint;
}

/** Describes a missing or wrong record that mail depends on: here waiting does not help. */
function missingWhileSigning(outcome: GateOutcome, { entry }: Target, selector: string) {
  const some = outcome.servers.some(({ verdict }) => verdict === 'ready') ? 'some ' : '';
  return {
    message: `SES signs with selector ${selector} now, and ${some}receivers cannot verify its mail. ${outcome.recordName}: ${standingOfOutcome(outcome).words}.`,
    advice: FINDINGS.RECORD_MISSING.todo.replaceAll('<domain>', `${entry} -s ${selector}`),
  };
}

function receiverTable(outcome: GateOutcome, rows: readonly ReceiverRow[]): string {
  const dkim = ['DKIM', outcome.recordName, outcome.ready ? 'ok' : 'wrong', standingOfOutcome(outcome).words];
  return table(
    ['record', 'name', 'verdict', 'found'],
    [dkim, ...rows.map(({ what, name, verdict, found }) => [what, name, verdict, found])],
  );
}
