import { publishesMailFrom } from '../../constructs/check-identity-props';
import { rotationSettings } from '../../constructs/identity-props';
import { delegatedName, recordName } from '../../handlers/contract/contract';
import { byReason } from '../../handlers/dns/wording';
import { type GateOutcome, type MailFromOutcome, otherAliases } from '../../handlers/errors/gate-outcome';
import type { Inspected } from '../../handlers/inspection/inspect';
import type { RsaPublicKey } from '../../handlers/key/public-key';
import { controlStackId, type ListedDomain } from '../../list/domain-list';
import { sharedWith } from '../../list/sharing';
import { inspectPlan } from '../aws/function';
import { CliError, orCliError } from '../cli-error';
import type { Cli } from '../command';
import { type AskedGate, gateSettings } from '../dns/gate-options';
import { proveMailFromOf } from '../dns/mail-domain';
import {
  findPublished,
  prove,
  type RecordRequest,
  type Standing,
  standingOf,
  standingOfOutcome,
} from '../dns/prove';
import { reportOutcome } from '../dns/report';
import { EXIT, type ExitCode, exitCodeOfOutcome, worst } from '../exit-codes';
import { findRecord } from '../find-record';
import type { NextStep } from '../next-step';
import { eventFields, functionOf, type ListedTarget } from '../target';
import { counted } from '../terminal/words';
import type { CliWorld } from '../world';
import type { DeployRefusal } from './refusals';

/** Whether a deploy of the domain would pass its gate. */
export interface Readiness extends Standing {
  readonly next: NextStep;
  /** Whether DNS has the record now; a deploy may pass that publishes it itself. */
  readonly isPublished: boolean;
  /** The report of the gate, if there is something to do. */
  readonly report?: string;
}

export interface ReadinessOptions {
  /** False: AWS is not asked. */
  readonly aws: boolean;
  /** Refusals of the function beside DNS. @default none */
  readonly refusals?: readonly DeployRefusal[];
}

export async function readinessOf(
  cli: Cli,
  target: ListedTarget,
  options: ReadinessOptions,
): Promise<Readiness> {
  const listed = afterHome(target);
  const { refusals = [] } = options;
  if (refusals.some((each) => each instanceof CliError)) return refused(refusals, listed);
  const settings = gateSettings({}, listed.gate);
  const [ofKey, mailFrom] = await Promise.all([
    readinessOfKey(cli, { ...target, listed }, options, settings),
    proveMailFromOf(cli.world, { ...listed, settings }),
  ]);
  const isWorse = mailFrom && worst([ofKey.exitCode, exitCodeOfOutcome(mailFrom)]) !== ofKey.exitCode;
  const ready = (isWorse && withoutMailFrom(mailFrom, listed)) || ofKey;
  if (ready.exitCode === EXIT.ok) return refusals.length === 0 ? ready : refused(refusals, listed);
  // Of a missing key DNS has more to tell: whether its selector is in use, and what is published already.
  const others = refusals.filter(({ code }) => !code.startsWith('CERTIFICATE_'));
  return others.length === 0 ? ready : refused(refusals, listed, ready);
}

/** Returns an entry as its deploy finds it: its home is deployed first, makes the key and publishes the record. */
function afterHome({ list, listed }: ListedTarget): ListedDomain {
  const { createKey, record } = list?.domains.find(({ stack }) => stack === listed.home) ?? {};
  return { ...listed, ...(createKey && { createKey }), ...(record && { record }) };
}

/** Describes a domain that a deploy would refuse, or whose record is not proved. */
const notReady = (exitCode: ExitCode, words: string, next: NextStep, report?: string): Readiness => ({
  exitCode,
  words,
  isPublished: false,
  next,
  ...(report !== undefined && { report }),
});

/** @returns undefined if the deploy publishes the records of the MAIL FROM domain itself */
function withoutMailFrom(outcome: MailFromOutcome, listed: ListedDomain): Readiness | undefined {
  const { mailFromDomain: name, code, message, advice } = outcome;
  const exitCode = exitCodeOfOutcome(outcome);
  if (exitCode === EXIT.notReady && publishesMailFrom(listed)) return undefined;
  const what =
    exitCode === EXIT.notReady ? `publish MX and SPF of ${name}` : `clear ${name}, or use another subdomain`;
  const next: NextStep =
    exitCode === EXIT.cannotTell
      ? { who: 'you', what: `byodkim check ${listed.stack}` }
      : { who: publishesMailFrom(listed) ? 'you' : 'the DNS team', what };
  return notReady(exitCode, `MAIL FROM ${name}: ${code}`, next, `${message}\n${advice}`);
}

async function readinessOfKey(
  cli: Cli,
  target: ListedTarget,
  options: ReadinessOptions,
  settings: AskedGate,
): Promise<Readiness> {
  const { listed } = target;
  const { domain, selector } = listed;
  const proof = { domain, selector, settings };
  const key = await expectedKey(cli, target, options);
  if (!(key instanceof CliError))
    return provenBy(await prove(cli.world, { ...proof, expected: key }), listed);
  if (key.code === 'CERTIFICATE_NOT_FOUND') return (await inUse(cli, proof, listed)) ?? withoutKey(listed);
  if (key.code === 'FUNCTION_NOT_FOUND') {
    const next = { who: 'you', what: `deploy ${controlStackId(listed.region)}, then review again` } as const;
    return notReady(EXIT.notReady, 'the control stack is not deployed yet', next);
  }
  if (key.exitCode === EXIT.wrong) {
    const next = { who: 'the owner of the keys', what: `replace the key of ${listed.selector}` } as const;
    return notReady(EXIT.wrong, 'the key cannot be used', next, key.message);
  }
  const published = standingOf(await findPublished(cli.world, proof), undefined);
  const isPublished = published.exitCode === EXIT.ok;
  const exitCode = isPublished ? EXIT.cannotTell : published.exitCode;
  return {
    exitCode,
    words: `${published.words}; not compared with the key in S3 (${key.code})`,
    isPublished,
    report: key.message,
    next: nextOf(exitCode, listed),
  };
}

/** Finds the public half of the key in S3; or returns why it is not known. */
async function expectedKey(
  cli: Cli,
  target: ListedTarget,
  { aws }: ReadinessOptions,
): Promise<RsaPublicKey | CliError> {
  if (!aws) return new CliError('AWS was not asked (--no-aws).', 'AWS_NOT_ASKED');
  const found = await orCliError(findRecord(cli, target, target.listed.selector, {}));
  return found instanceof CliError ? found : found.key;
}

/** Describes the refusal of a new key whose record's name holds another key (SELECTOR_IN_USE). */
async function inUse(
  cli: Cli,
  request: RecordRequest,
  { createKey, domain, selector }: ListedDomain,
): Promise<Readiness | undefined> {
  if (!createKey) return undefined;
  const published = await findPublished(cli.world, request);
  const others = published.servers.filter(({ verdict }) => verdict === 'other-value');
  if (others.length === 0) return undefined;
  const { words } = standingOf(published, 'none');
  return notReady(
    EXIT.wrong,
    `the deploy is refused: SELECTOR_IN_USE (${words})`,
    { who: 'you', what: 'use another selector, or store the private key of the published record' },
    `No new key is made for selector ${selector} of ${domain}: another key is published at ${published.recordName}. ${byReason(others)}.`,
  );
}

function withoutKey(listed: ListedDomain): Readiness {
  const { domain, stack, selector, createKey, record } = listed;
  if (createKey && record !== undefined)
    return { ...publishedByDeploy(listed), words: 'the deploy makes the key and publishes its record' };
  const what = `byodkim key create ${stack} -s ${selector}`;
  const next: NextStep = createKey
    ? { who: 'you', what }
    : { who: 'the owner of the keys', what: `put the key of ${selector} into the key store` };
  const make = createKey
    ? `Make one with \`${what}\` (or deploy once, which makes it and stops)`
    : 'Put it there, or set `createKey: true`';
  return notReady(
    EXIT.notReady,
    'no key yet',
    next,
    `There is no private key for selector ${selector} of ${domain} in S3 yet. ${make}${record ? '' : '; then have its record published'}.`,
  );
}

function provenBy(outcome: GateOutcome, listed: ListedDomain): Readiness {
  const standing = standingOfOutcome(outcome);
  const { exitCode, words } = standing;
  const missing = missingAlias(outcome, listed);
  if (missing) return missing;
  if (exitCode !== EXIT.ok && exitCode !== EXIT.cannotTell && listed.record !== undefined)
    return { ...publishedByDeploy(listed), words: `${words}; the deploy publishes it` };
  const next = nextOf(exitCode, listed);
  if (exitCode === EXIT.ok) return { ...standing, isPublished: true, next };
  return notReady(exitCode, words, next, reportOutcome(outcome));
}

/** Checks that a delegated name is an alias of the name in our zone, as it must be before the deploy. */
function missingAlias(
  outcome: GateOutcome,
  { domain, selector, record }: ListedDomain,
): Readiness | undefined {
  if (!record?.delegation) return undefined;
  const target = delegatedName(domain, selector, record.delegation);
  const others = otherAliases(outcome.servers, target);
  if (others.length === 0) return undefined;
  const what = `publish ${recordName(domain, selector)} CNAME ${target}`;
  const words = `no alias of ${target} on ${counted(others.length, 'server')}`;
  return notReady(EXIT.notReady, words, { who: 'the DNS team', what }, reportOutcome(outcome));
}

const publishedByDeploy = (listed: ListedDomain) =>
  ({ exitCode: EXIT.ok, isPublished: false, next: nextOf(EXIT.ok, listed) }) as const;

function nextOf(exitCode: ExitCode, { domain, stack, selector, record }: ListedDomain): NextStep {
  const who = record === undefined ? 'the DNS team' : 'you';
  const name = recordName(domain, selector);
  if (exitCode === EXIT.ok) return { who: 'you', what: 'deploy' };
  if (exitCode === EXIT.notReady) return { who, what: `publish ${name}` };
  if (exitCode === EXIT.wrong) return { who, what: `fix the record ${name}` };
  return { who: 'you', what: `byodkim check ${stack} -s ${selector}` };
}

/**
 * Asks the function what it would refuse of the entry, beside DNS.
 * @throws CliError if it could not be asked
 */
export function inspectEntry(world: CliWorld, target: ListedTarget): Promise<Inspected> {
  const { list, listed } = target;
  const { createKey, record, irreversible } = afterHome(target);
  const sharing = list ? sharedWith(list, listed) : [];
  return inspectPlan(world, functionOf(target), {
    ...eventFields(target, listed.selector),
    rotation: rotationSettings({ ...listed, ...(sharing.length > 0 && { sharedWith: sharing }) }),
    ...(irreversible && { irreversible }),
    // Present if the stack has a `DkimKey`, which writes what is missing.
    ...((createKey || record) && { createKey: createKey ?? false }),
    review: true,
  });
}

/** Describes all that keeps a deploy from passing. @param dns what keeps it beside that */
function refused(
  refusals: readonly (DeployRefusal | CliError)[],
  { stack, selector }: ListedDomain,
  dns?: Readiness,
): Readiness {
  const codes = refusals.map(({ code }) => code).join(', ');
  const report = [...refusals.map(({ message }) => message), dns?.report ?? []].flat().join('\n\n');
  if (refusals.some((each) => each instanceof CliError)) {
    const next = { who: 'you', what: 'review again' } as const;
    return notReady(EXIT.cannotTell, `the function could not be asked: ${codes}`, next, report);
  }
  const isMissing = refusals.every(({ code }) => code === 'CERTIFICATE_NOT_FOUND');
  const what = isMissing ? `byodkim key create ${stack} -s ${selector}` : 'do what the message says';
  const words = `the deploy is refused: ${codes}${dns === undefined ? '' : `; ${dns.words}`}`;
  return notReady(isMissing ? EXIT.notReady : EXIT.wrong, words, { who: 'you', what }, report);
}
