import type { GateOutcome } from '../../handlers/dns/outcome';
import { reportOutcome } from '../../handlers/dns/report';
import type { RsaPublicKey } from '../../handlers/key/public-key';
import type { ListedDomain } from '../../list/domain-list';
import { CliError } from '../cli-error';
import type { Cli } from '../command';
import { gateSettings } from '../dns/gate-options';
import { prove } from '../dns/prove';
import { findPublished, type Standing, standingOf, standingOfOutcome } from '../dns/published';
import { EXIT } from '../exit-codes';
import type { KeyOptions } from '../given-key-options';
import { findRecord } from '../stored-key';
import type { Target } from '../target';

/** Whether a deploy of the domain would pass its gate. */
export interface Readiness extends Standing {
  /** The gate's report, where there is something to act on. */
  readonly report?: string;
}

export interface ReadinessOptions {
  /** False: nobody in AWS is asked. */
  readonly aws: boolean;
  readonly bucket?: string;
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
    settings: gateSettings({}, listed.gate),
  };
  const expected = await expectedKey(cli, target, options);
  if ('problem' in expected) {
    if (expected.problem.code === 'CERTIFICATE_NOT_FOUND') return withoutKey(listed);
    if (expected.problem.exitCode === EXIT.wrong)
      return { exitCode: EXIT.wrong, words: 'the key cannot be used', report: expected.problem.message };
    const published = standingOf(await findPublished(cli.world, proof), undefined);
    // What is published is told; whether it is the right key is not known.
    return {
      exitCode: published.exitCode === EXIT.ok ? EXIT.cannotTell : published.exitCode,
      words: `${published.words}; not compared with the key in S3 (${expected.problem.code})`,
      report: expected.problem.message,
    };
  }
  return provenBy(await prove(cli.world, { ...proof, expected: expected.key }), listed);
}

type Expected = { readonly key: RsaPublicKey } | { readonly problem: CliError };

/** The key in S3; where it cannot be asked for, the public key that the list itself holds. */
async function expectedKey(
  cli: Cli,
  target: Target & { readonly listed: ListedDomain },
  { aws, bucket }: ReadinessOptions,
): Promise<Expected> {
  const { selector, record } = target.listed;
  const publicKey = record?.publicKey;
  const asked = aws
    ? await tryToFind(cli, target, selector, bucket === undefined ? {} : { bucket })
    : { problem: new CliError('AWS was not asked (--no-aws).', 'AWS_NOT_ASKED') };
  if ('key' in asked || publicKey === undefined || asked.problem.code.startsWith('CERTIFICATE_'))
    return asked;
  return tryToFind(cli, target, selector, { publicKey });
}

async function tryToFind(cli: Cli, target: Target, selector: string, from: KeyOptions): Promise<Expected> {
  try {
    return { key: (await findRecord(cli, target, selector, from)).key };
  } catch (error) {
    if (error instanceof CliError) return { problem: error };
    throw error;
  }
}

function withoutKey({ domain, selector, createKey, record }: ListedDomain): Readiness {
  if (createKey && record !== undefined)
    return { exitCode: EXIT.ok, words: 'the deploy makes the key and publishes its record' };
  return {
    exitCode: EXIT.notReady,
    words: 'no key yet',
    report: `There is no private key for selector ${selector} of ${domain} in S3 yet. Make one with \`byodkim key create ${domain} -s ${selector}\`${createKey ? ' (or deploy once, which makes it and stops)' : ', or put it there'}${record ? '' : '; then have its record published'}.`,
  };
}

function provenBy(outcome: GateOutcome, { record }: ListedDomain): Readiness {
  const standing = standingOfOutcome(outcome);
  if (standing.exitCode === EXIT.notReady && record !== undefined)
    return { exitCode: EXIT.ok, words: `${standing.words}; the deploy publishes it` };
  return standing.exitCode === EXIT.ok ? standing : { ...standing, report: reportOutcome(outcome) };
}
