/**
 * Finds out whether a deploy of an entry would pass, by its key, its record, its MAIL FROM domain, and the function's
 * refusals.
 */

import { isMailFromInZone } from '../../constructs/check-identity-props';
import { rotationSettings } from '../../constructs/identity-props';
import { delegatedName } from '../../handlers/contract/contract';
import { aliasError } from '../../handlers/dns/outcome';
import type { Inspected } from '../../handlers/inspection/inspect';
import type { GateOutcome, MailFromOutcome } from '../../handlers/words/gate';
import { type ListedDomain, publishingOf } from '../../list/domain-list';
import { afterHome, homeOf, sharingOf } from '../../list/sharing';
import { proveMailFromOf } from '../dns/mail-domain';
import { findPublished, prove } from '../dns/prove';
import { type Standing, standingOf, standingOfOutcome } from '../dns/standing';
import { CliError, failure, orCliError } from '../errors/cli-error';
import { exitCodeOfOutcome } from '../errors/decisions';
import { entryError } from '../errors/failure-catalogue';
import { EXIT, worst } from '../exit-codes';
import { findRecord } from '../target/find-record';
import { inspectPlan } from '../target/function';
import { eventFields, functionOf, type ListedTarget, targetIn } from '../target/target';
import type { StandingState } from '../words/dns';
import type { HandlerError } from '../words/failures';
import type { Readiness } from '../words/readiness';
import type { Cli } from '../world/cli';
import type { CliWorld } from '../world/world';
import {
  beginsByDeploy,
  blocked,
  passes,
  recordsThere,
  refusedToo,
  unproved,
  unprovedMailFrom,
  withoutAlias,
} from './verdict';

/** Facts that are known before DNS is asked. */
interface Asked {
  /** False: AWS is not asked. */
  readonly aws?: boolean;
  /** Refusals of the function that do not depend on DNS, or a `CliError` if it could not be asked. */
  readonly refusals?: readonly HandlerError[];
  /** Names of the records that the deploy would create in the entry's hosted zone. @default none */
  readonly creates?: readonly string[];
}

/** Finds out whether a deploy of an entry would pass its gate. */
export async function readinessOf(
  cli: Cli,
  target: ListedTarget,
  { aws = true, refusals = [], creates = [] }: Asked = {},
): Promise<Readiness> {
  const listed = deployedAs(target);
  if (refusals.some((each) => each instanceof CliError)) {
    const errors = refusals.map(({ code }) => code);
    const unasked = blocked(listed, { code: 'FUNCTION_NOT_ASKED', facts: { errors } }, refusals);
    return { ...unasked, exitCode: EXIT.cannotTell };
  }
  const byDns = await readinessByDns(cli, { ...target, listed }, { aws, creates });
  if (refusals.length === 0) return byDns;
  // For a missing key, DNS shows more: whether its selector is in use, and which record is already published.
  if (byDns.exitCode !== EXIT.ok && refusals.every(isOfKey)) return byDns;
  return refusedToo(listed, refusals, byDns);
}

const deployedAs = ({ list, listed }: ListedTarget): ListedDomain =>
  list === undefined ? listed : afterHome(list, listed);

const isOfKey = ({ code }: HandlerError): boolean => code.startsWith('CERTIFICATE_');

type AskedOfDns = Required<Pick<Asked, 'aws' | 'creates'>>;

/** Proves the record of the key and the MAIL FROM domain, and returns the worse of both. */
async function readinessByDns(cli: Cli, target: ListedTarget, asked: AskedOfDns): Promise<Readiness> {
  const { listed } = target;
  const { creates } = asked;
  const [byKey, mailFrom] = await Promise.all([
    readinessOfKey(cli, target, asked),
    proveMailFromOf(cli.world, listed),
  ]);
  const isThere = mailFrom?.ready === true && creates.includes(mailFrom.mailFromDomain);
  const ofKey = isThere ? alsoThere(listed, byKey, mailFrom.mailFromDomain) : byKey;
  if (mailFrom === undefined || isPublishedByDeploy(mailFrom, listed)) return ofKey;
  const isWorse = worst([ofKey.exitCode, exitCodeOfOutcome(mailFrom)]) !== ofKey.exitCode;
  if (!isWorse || mailFrom.code === undefined) return ofKey;
  const { mailFromDomain, code: error } = mailFrom;
  return unprovedMailFrom(listed, { code: 'MAIL_FROM', facts: { mailFromDomain, error } }, mailFrom);
}

const isPublishedByDeploy = ({ code }: MailFromOutcome, listed: ListedDomain): boolean =>
  code === 'MAIL_FROM_NOT_READY' && isMailFromInZone(listed);

async function readinessOfKey(cli: Cli, target: ListedTarget, asked: AskedOfDns): Promise<Readiness> {
  const { aws, creates } = asked;
  const { list, listed } = target;
  const { domain, selector, gate } = listed;
  const proof = { domain, selector, gate };
  const found = aws ? await orCliError(findRecord(cli, target, selector)) : failure('AWS_NOT_ASKED', {});
  if (!(found instanceof CliError))
    return provenBy(await prove(cli.world, { ...proof, expected: found.key }), listed, creates);
  if (found.code === 'FUNCTION_NOT_FOUND')
    return {
      ...blocked(listed, { code: 'NO_CONTROL_STACK', facts: {} }, [found]),
      exitCode: EXIT.notReady,
    };
  const home = list && homeOf(list, listed);
  // The list's own places of keys apply, since the deploy first lets the function read the home's.
  if (found.code === 'NOT_ALLOWED' && home)
    return readinessOfKey(cli, { ...targetIn(cli.world, {}, list, home.stack), listed: home }, asked);
  if (found.exitCode === EXIT.wrong) return blocked(listed, { code: 'KEY_UNUSABLE', facts: {} }, [found]);
  const published = await findPublished(cli.world, proof);
  return found.code === 'CERTIFICATE_NOT_FOUND'
    ? withoutKey(published, listed, found)
    : notCompared(published, listed, found);
}

/** Returns the readiness of an entry whose key could not be read, without which a valid record proves nothing. */
function notCompared(published: GateOutcome, listed: ListedDomain, error: CliError): Readiness {
  const code = published.code === 'DNS_KEY_MISMATCH' ? 'DNS_LOOKUP_FAILED' : published.code;
  const standing = stateOf(standingOf(published.servers));
  const { message, advice } = error;
  const state = { code: 'NOT_COMPARED', facts: { standing, error: error.code } } as const;
  return blocked(listed, state, [{ code, message, advice }]);
}

/** Returns the readiness of an entry that has no key yet. */
function withoutKey(published: GateOutcome, listed: ListedDomain, error: CliError): Readiness {
  const { domain, selector, createKey, record } = listed;
  const others = published.servers.filter(({ verdict }) => verdict === 'other-value');
  if (createKey && others.length > 0) {
    const { recordName } = published;
    const inUse = entryError({
      code: 'SELECTOR_IN_USE',
      facts: { domain, selector, recordName, servers: others },
    });
    const standing = stateOf(standingOf(published.servers, 'none'));
    return blocked(listed, { code: 'SELECTOR_IN_USE', facts: { standing } }, [inUse]);
  }
  if (!createKey) return blocked(listed, { code: 'NO_KEY', facts: {} }, [error]);
  return record ? passes({ code: 'DEPLOY_MAKES_KEY', facts: {} }) : beginsByDeploy();
}

function provenBy(outcome: GateOutcome, listed: ListedDomain, creates: readonly string[]): Readiness {
  const { domain, selector, record } = listed;
  const found = standingOfOutcome(outcome);
  const standing = stateOf(found);
  const target = record?.delegation && delegatedName(domain, selector, record.delegation);
  const alias = target && aliasError(outcome, target);
  if (alias) return withoutAlias(listed, target, alias);
  const isThere = outcome.servers.some(({ verdict }) => /^(ready|other-value|invalid)$/.test(verdict));
  if (isThere && creates.includes(outcome.recordName)) return recordsThere(listed, [outcome.recordName]);
  if (found.exitCode === EXIT.ok) return passes({ code: 'RECORD', facts: { standing } }, true);
  return found.exitCode !== EXIT.cannotTell && record !== undefined
    ? passes({ code: 'DEPLOY_PUBLISHES', facts: { standing } })
    : unproved(listed, { code: 'RECORD', facts: { standing } }, outcome);
}

/** Adds a MAIL FROM domain whose records are there, if nothing else is in the way of a deploy. */
function alsoThere(listed: ListedDomain, byKey: Readiness, name: string): Readiness {
  if (byKey.code === 'RECORD_THERE') return recordsThere(listed, [...byKey.facts.names, name]);
  return byKey.exitCode === EXIT.ok ? recordsThere(listed, [name]) : byKey;
}

const stateOf = ({ code, facts }: Standing): StandingState => ({ code, facts }) as StandingState;

/**
 * Asks the function for its refusals of the entry, in addition to DNS.
 * @throws CliError if it could not be asked
 */
export function inspectEntry(world: CliWorld, target: ListedTarget): Promise<Inspected> {
  const { list, listed } = target;
  const { createKey, record, irreversible } = deployedAs(target);
  return inspectPlan(world, functionOf(target), {
    ...eventFields(target, listed.selector),
    rotation: rotationSettings({
      ...listed,
      record: publishingOf(listed),
      ...(list && sharingOf(list, listed)),
    }),
    ...(irreversible && { irreversible }),
    // Present if the stack has a `DkimKey`, which writes missing objects.
    ...((createKey || record) && { createKey: createKey ?? false }),
    review: true,
  });
}
