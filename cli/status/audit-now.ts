/** Starts the audit that notifies the operators, as its daily schedule does. */

import { CliError, orCliError } from '../errors/cli-error';
import { EXIT, EXIT_OF_SEVERITY, type ExitCode, worst } from '../exit-codes';
import { type Answers, callFunction, type FunctionTarget } from '../target/function';
import { functionOf, type Target } from '../target/target';
import type { Cli } from '../world/cli';

/** The request to the function of one region. */
interface Leg extends FunctionTarget {
  /** Absent for every domain that it has ever changed. */
  readonly domains?: readonly string[];
}

/** The answer of a region's function. */
export interface RegionAudit {
  readonly region: string;
  readonly answer: Answers['audit'] | CliError;
}

/** Audits in each region, since each has its own function and its own ledgers. */
export function auditNow(cli: Cli, legs: readonly Leg[]): Promise<RegionAudit[]> {
  const ask = async ({ domains, ...place }: Leg): Promise<RegionAudit> => {
    const fields = { always: true, ...(domains && { domains }) };
    return {
      region: place.region,
      answer: await orCliError(callFunction(cli.world, place, 'audit', fields)),
    };
  };
  const named = legs.flatMap(({ domains = [] }) => domains);
  const work = { code: 'AUDITING', facts: { domains: named } } as const;
  return cli.out.progress.during(work, Promise.all(legs.map(ask)));
}

/** Returns one request per region, for the named domains alone. */
export function legsOf(targets: readonly Target[]): Leg[] {
  const byRegion = new Map(targets.map((target) => [functionOf(target).region, functionOf(target)]));
  return [...byRegion.values()].map((place) => ({
    ...place,
    domains: targets.filter(({ region }) => region === place.region).map(({ domain }) => domain),
  }));
}

export function exitCodeOfAudit({ answer }: RegionAudit): ExitCode {
  if (answer instanceof CliError) return answer.exitCode;
  return worst([
    ...answer.domains.map(({ severity }) => (severity === null ? EXIT.ok : EXIT_OF_SEVERITY[severity])),
    !answer.complete || answer.unsettled > 0 ? EXIT.notReady : EXIT.ok,
  ]);
}
