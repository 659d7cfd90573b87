import { publishesMailFrom } from '../../constructs/check-identity-props';
import { rotationSettings } from '../../constructs/identity-props';
import { delegatedName } from '../../handlers/contract/contract';
import { aliasError } from '../../handlers/dns/outcome';
import type { GateOutcome } from '../../handlers/facts/gate';
import type { Inspected } from '../../handlers/inspection/inspect';
import { byReason } from '../../handlers/words/gate';
import type { ListedDomain } from '../../list/domain-list';
import { sharingOf } from '../../list/sharing';
import { proveMailFromOf } from '../dns/mail-domain';
import { findPublished, prove } from '../dns/prove';
import { messageAndAdvice, reportOutcome } from '../dns/report';
import { type Standing, standingOf, standingOfOutcome } from '../dns/standing';
import { CliError, failure, orCliError } from '../errors/cli-error';
import { exitCodeOfError, exitCodeOfOutcome, rowOfCode } from '../errors/failure-catalogue';
import { EXIT, type ExitCode, worst } from '../facts/exit-codes';
import type { HandlerError } from '../facts/failures';
import type { NextStep } from '../facts/next-step';
import { findRecord } from '../target/find-record';
import { inspectPlan } from '../target/function';
import { eventFields, functionOf, homeOf, type ListedTarget, targetIn } from '../target/target';
import type { Cli } from '../world/cli';
import type { CliWorld } from '../world/world';

/** Whether a deploy of the domain would pass its gate. */
export interface Readiness extends Pick<Standing, 'exitCode' | 'words'> {
  readonly next: NextStep;
  /** Whether DNS has the record now; a deploy may pass that publishes it itself. */
  readonly isPublished: boolean;
  /** What was found and what to do, if there is something to do. */
  readonly report?: string;
}

/**
 * @param aws false: AWS is not asked
 * @param refusals of the function beside DNS
 */
export async function readinessOf(
  cli: Cli,
  target: ListedTarget,
  { aws = true, refusals = [] }: { readonly aws?: boolean; readonly refusals?: readonly HandlerError[] } = {},
): Promise<Readiness> {
  const listed = afterHome(target);
  const codes = refusals.map(({ code }) => code).join(', ');
  if (refusals.some((each) => each instanceof CliError)) {
    const unasked = blocked(listed, refusals, `the function could not be asked: ${codes}`);
    return { ...unasked, exitCode: EXIT.cannotTell };
  }
  const [ofKey, mailFrom] = await Promise.all([
    readinessOfKey(cli, { ...target, listed }, aws),
    proveMailFromOf(cli.world, listed),
  ]);
  const isOurs = mailFrom?.code === 'MAIL_FROM_NOT_READY' && publishesMailFrom(listed);
  const isWorse = mailFrom && worst([ofKey.exitCode, exitCodeOfOutcome(mailFrom)]) !== ofKey.exitCode;
  const ready =
    isWorse && !isOurs
      ? blocked(listed, [mailFrom], `MAIL FROM ${mailFrom.mailFromDomain}: ${mailFrom.code}`)
      : ofKey;
  // Of a missing key DNS has more to tell: whether its selector is in use, and what is published already.
  if (refusals.every(({ code }) => ready.exitCode !== EXIT.ok && code.startsWith('CERTIFICATE_')))
    return ready;
  // A deploy that is refused publishes nothing.
  const ofDns = ready.exitCode === EXIT.ok && !ready.isPublished ? '' : `; ${ready.words}`;
  const all = blocked(listed, refusals, `the deploy is refused: ${codes}${ofDns}`);
  return { ...all, report: [all.report, ready.report ?? []].flat().join('\n\n') };
}

/** Returns an entry as its deploy finds it: its home is deployed first, makes the key and publishes the record. */
function afterHome(target: ListedTarget): ListedDomain {
  const { createKey, record } = homeOf(target) ?? {};
  return { ...target.listed, ...(createKey && { createKey }), ...(record && { record }) };
}

type Refusal = Parameters<typeof messageAndAdvice>[0];

/** @param words for a table */
function blocked(
  { stack, record }: ListedDomain,
  refusals: readonly Refusal[],
  words: string,
  report = refusals.map(messageAndAdvice).join('\n\n'),
): Readiness {
  const exitCode = worst(refusals.map(exitCodeOf));
  const first = refusals.find((each) => exitCodeOf(each) === exitCode)!;
  const { who = 'you', next = 'see the report' } = rowOfCode(first.code ?? '') ?? {};
  return {
    exitCode,
    words,
    isPublished: false,
    next: { who: record && who === 'the DNS team' ? 'you' : who, what: next.replaceAll('<domain>', stack) },
    report: report.replaceAll('<domain>', stack),
  };
}

/** Returns the exit code of a refusal: of a review no failure is less than wrong. */
function exitCodeOf({ code }: Refusal): ExitCode {
  const exitCode = exitCodeOfError(code);
  return exitCode === EXIT.failed ? EXIT.wrong : exitCode;
}

async function readinessOfKey(cli: Cli, target: ListedTarget, aws: boolean): Promise<Readiness> {
  const { listed } = target;
  const { domain, selector, createKey, record, gate } = listed;
  const proof = { domain, selector, gate };
  const found = aws ? await orCliError(findRecord(cli, target, selector)) : failure('AWS_NOT_ASKED', {});
  if (!(found instanceof CliError))
    return provenBy(await prove(cli.world, { ...proof, expected: found.key }), listed);
  if (found.code === 'FUNCTION_NOT_FOUND')
    return {
      ...blocked(listed, [found], 'the control stack is not deployed yet'),
      exitCode: EXIT.notReady,
    };
  const home = homeOf(target);
  // The list is held to its places of keys; the deploy lets the function read the home's first.
  if (found.code === 'NOT_ALLOWED' && home)
    return readinessOfKey(cli, { ...targetIn(cli.world, {}, target.list, home.stack), listed: home }, aws);
  if (found.exitCode === EXIT.wrong) return blocked(listed, [found], 'the key cannot be used');
  const published = await findPublished(cli.world, proof);
  if (found.code !== 'CERTIFICATE_NOT_FOUND') {
    // Without the key to compare it with, a valid record proves nothing.
    const code = published.code === 'DNS_KEY_MISMATCH' ? 'DNS_LOOKUP_FAILED' : published.code;
    const words = `${standingOf(published.servers).words}; not compared with the key in S3 (${found.code})`;
    return blocked(listed, [{ code, message: found.message, advice: found.advice }], words);
  }
  const others = createKey ? published.servers.filter(({ verdict }) => verdict === 'other-value') : [];
  if (others.length > 0) {
    const code = 'SELECTOR_IN_USE';
    const message = `No new key is made for selector ${selector} of ${domain}: another key is published at ${published.recordName}. ${byReason(others)}.`;
    const { words } = standingOf(published.servers, 'none');
    return blocked(listed, [{ code, message }], `the deploy is refused: ${code} (${words})`);
  }
  return createKey && record
    ? publishedByDeploy('the deploy makes the key and publishes its record')
    : blocked(listed, [found], 'no key yet');
}

function provenBy(outcome: GateOutcome, listed: ListedDomain): Readiness {
  const { domain, selector, record } = listed;
  const { exitCode, words } = standingOfOutcome(outcome);
  const target = record?.delegation && delegatedName(domain, selector, record.delegation);
  const alias = target && aliasError(outcome, target);
  if (alias)
    return {
      ...blocked(listed, [alias], `no alias of ${target}`),
      next: { who: 'the DNS team', what: 'publish the CNAME' },
    };
  if (exitCode === EXIT.ok) return { ...publishedByDeploy(words), isPublished: true };
  return exitCode !== EXIT.cannotTell && record !== undefined
    ? publishedByDeploy(`${words}; the deploy publishes it`)
    : blocked(listed, [outcome], words, reportOutcome(outcome));
}

const publishedByDeploy = (words: string): Readiness => ({
  exitCode: EXIT.ok,
  words,
  isPublished: false,
  next: { who: 'you', what: 'deploy' },
});

/**
 * Asks the function what it would refuse of the entry, beside DNS.
 * @throws CliError if it could not be asked
 */
export function inspectEntry(world: CliWorld, target: ListedTarget): Promise<Inspected> {
  const { list, listed } = target;
  const { createKey, record, irreversible } = afterHome(target);
  return inspectPlan(world, functionOf(target), {
    ...eventFields(target, listed.selector),
    rotation: rotationSettings({ ...listed, ...(list && sharingOf(list, listed)) }),
    ...(irreversible && { irreversible }),
    // Present if the stack has a `DkimKey`, which writes what is missing.
    ...((createKey || record) && { createKey: createKey ?? false }),
    review: true,
  });
}
