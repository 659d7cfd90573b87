import { delegatedName, recordName } from '../../handlers/contract';
import { type GateOutcome, otherAliases } from '../../handlers/dns/outcome';
import { byReason } from '../../handlers/dns/wording';
import type { RsaPublicKey } from '../../handlers/key/public-key';
import type { ListedDomain } from '../../list/domain-list';
import { CliError } from '../cli-error';
import type { Cli } from '../command';
import { type GateOptions, gateSettings } from '../dns/gate-options';
import { prove } from '../dns/prove';
import { findPublished, type Standing, standingOf, standingOfOutcome } from '../dns/published';
import { reportOutcome } from '../dns/report';
import { EXIT, type ExitCode } from '../exit-codes';
import type { KeyOptions } from '../given-key-options';
import type { NextStep } from '../next-step';
import { findRecord } from '../stored-key';
import type { Target } from '../target';

/** Whether a deploy of the domain would pass its gate. */
export interface Readiness extends Standing {
  readonly next: NextStep;
  /** Whether DNS has the record now; a deploy may pass that publishes it itself. */
  readonly isPublished: boolean;
  /** The gate's report, where there is something to act on. */
  readonly report?: string;
}

export interface ReadinessOptions {
  /** False: nobody in AWS is asked. */
  readonly aws: boolean;
  readonly bucket?: string;
  /** Given on the command line. @default as the list says */
  readonly gate?: GateOptions;
}

/** @param target of a domain that is in the list */
export async function readinessOf(
  cli: Cli,
  target: Target & { readonly listed: ListedDomain },
  options: ReadinessOptions,
): Promise<Readiness> {
  const { listed } = target;
  const proof = {
    domain: listed.domain,
    selector: listed.selector,
    settings: gateSettings(options.gate ?? {}, listed.gate),
  };
  const expected = await expectedKey(cli, target, options);
  if ('problem' in expected) {
    if (expected.problem.code === 'CERTIFICATE_NOT_FOUND')
      return (await inUse(cli, proof, listed)) ?? withoutKey(listed);
    if (expected.problem.exitCode === EXIT.wrong)
      return {
        exitCode: EXIT.wrong,
        words: 'the key cannot be used',
        isPublished: false,
        report: expected.problem.message,
        next: { who: 'whoever keeps the keys', what: `replace the key of ${listed.selector}` },
      };
    const published = standingOf(await findPublished(cli.world, proof), undefined);
    // What is published is told; whether it is the right key is not known.
    return {
      exitCode: published.exitCode === EXIT.ok ? EXIT.cannotTell : published.exitCode,
      words: `${published.words}; not compared with the key in S3 (${expected.problem.code})`,
      isPublished: published.exitCode === EXIT.ok,
      report: expected.problem.message,
      next: nextOf(published.exitCode === EXIT.ok ? EXIT.cannotTell : published.exitCode, listed),
    };
  }
  return provenBy(await prove(cli.world, { ...proof, expected: expected.key }), listed);
}

type Expected = { readonly key: RsaPublicKey } | { readonly problem: CliError };

/** The key in S3. */
async function expectedKey(
  cli: Cli,
  target: Target & { readonly listed: ListedDomain },
  { aws, bucket }: ReadinessOptions,
): Promise<Expected> {
  if (!aws) return { problem: new CliError('AWS was not asked (--no-aws).', 'AWS_NOT_ASKED') };
  return tryToFind(cli, target, target.listed.selector, bucket === undefined ? {} : { bucket });
}

async function tryToFind(cli: Cli, target: Target, selector: string, from: KeyOptions): Promise<Expected> {
  try {
    return { key: (await findRecord(cli, target, selector, from)).key };
  } catch (error) {
    if (error instanceof CliError) return { problem: error };
    throw error;
  }
}

/** A key that is to be made for a selector whose name holds another one is refused (SELECTOR_IN_USE). */
async function inUse(
  cli: Cli,
  proof: Parameters<typeof findPublished>[1],
  { createKey, domain, selector }: ListedDomain,
): Promise<Readiness | undefined> {
  if (!createKey) return undefined;
  const published = await findPublished(cli.world, proof);
  const others = published.servers.filter(({ verdict }) => verdict === 'other-value');
  if (others.length === 0) return undefined;
  const { words } = standingOf(published, 'none');
  return {
    exitCode: EXIT.wrong,
    words: `the deploy is refused: SELECTOR_IN_USE (${words})`,
    isPublished: false,
    report: `No new key is made for selector ${selector} of ${domain}: another key is published at ${published.recordName}. ${byReason(others)}.`,
    next: { who: 'you', what: 'use another selector, or store the private key of the published record' },
  };
}

function withoutKey(listed: ListedDomain): Readiness {
  const { domain, stack, selector, createKey, record } = listed;
  if (createKey && record !== undefined)
    return { ...publishedByDeploy(listed), words: 'the deploy makes the key and publishes its record' };
  return {
    exitCode: EXIT.notReady,
    words: 'no key yet',
    isPublished: false,
    report: `There is no private key for selector ${selector} of ${domain} in S3 yet. Make one with \`byodkim key create ${stack} -s ${selector}\`${createKey ? ' (or deploy once, which makes it and stops)' : ', or put it there'}${record ? '' : '; then have its record published'}.`,
    next: { who: 'you', what: `byodkim key create ${stack} -s ${selector}` },
  };
}

function provenBy(outcome: GateOutcome, listed: ListedDomain): Readiness {
  const standing = standingOfOutcome(outcome);
  const { exitCode, words } = standing;
  const missing = missingAlias(outcome, listed);
  if (missing) return { ...missing, report: reportOutcome(outcome) };
  if (exitCode !== EXIT.ok && exitCode !== EXIT.cannotTell && listed.record !== undefined)
    return { ...publishedByDeploy(listed), words: `${words}; the deploy publishes it` };
  const next = nextOf(exitCode, listed);
  return exitCode === EXIT.ok
    ? { ...standing, isPublished: true, next }
    : { ...standing, isPublished: false, next, report: reportOutcome(outcome) };
}

/** A delegated name has to be an alias of the name in our zone before the deploy, and stays it. */
function missingAlias(
  { servers }: GateOutcome,
  { domain, selector, record }: ListedDomain,
): Readiness | undefined {
  if (!record?.delegation) return undefined;
  const target = delegatedName(domain, selector, record.delegation);
  const others = otherAliases(servers, target);
  if (others.length === 0) return undefined;
  return {
    exitCode: EXIT.notReady,
    isPublished: false,
    words: `no alias of ${target} on ${others.length} server${others.length === 1 ? '' : 's'}`,
    next: { who: 'the DNS team', what: `publish ${recordName(domain, selector)} CNAME ${target}` },
  };
}

const publishedByDeploy = (listed: ListedDomain) =>
  ({ exitCode: EXIT.ok, isPublished: false, next: nextOf(EXIT.ok, listed) }) as const;

function nextOf(exitCode: ExitCode, { domain, stack, selector, record }: ListedDomain): NextStep {
  const who = record === undefined ? 'the DNS team' : 'you';
  const name = recordName(domain, selector);
  switch (exitCode) {
    case EXIT.ok:
      return { who: 'you', what: 'deploy' };
    case EXIT.notReady:
      return { who, what: `publish ${name}` };
    case EXIT.wrong:
      return { who, what: `mend the record ${name}` };
    default:
      return { who: 'you', what: `byodkim check ${stack} -s ${selector}` };
  }
}
