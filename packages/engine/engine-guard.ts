import { engineName, isBefore, type KnownEngine, numbersOf, readEngineVersion } from './engine-version';
import { type Engine, EngineError, findEngine } from './find-engine';

/** The oldest engine with which the stacks are tested: `terraform_data`, `lifecycle`, and OpenTofu's first release. */
const MINIMUM_VERSION = '1.6.0';

interface KnownBad {
  readonly kind: Engine['kind'];
  readonly version: string;
  readonly reason: string;
  readonly instead: string;
}

/** Releases with faults that break the stacks. */
const KNOWN_BAD: readonly KnownBad[] = [
  {
    kind: 'terraform',
    version: '1.16.0',
    reason:
      'it loses destroys of replacements under create-before-destroy, which every stack of a domain is built of ' +
      '(hashicorp/terraform #39076)',
    instead: '1.16.1 or newer',
  },
];

/** The first version that has lock files in S3 (`use_lockfile`). */
const FIRST_WITH_LOCKFILE = '1.10.0';

/** The version constraint in the stacks themselves, which refuses an unsuitable engine that is run by other means. */
export const REQUIRED_VERSION = [
  `>= ${MINIMUM_VERSION}`,
  ...KNOWN_BAD.map(({ version }) => `!= ${version}`),
].join(', ');

/** Requirements of some stacks, in addition to those of all. */
export interface EngineNeeds {
  /** The state is locked with a file in S3. */
  readonly lockfile?: boolean;
}

/**
 * Finds the engine of this machine and checks that it can be used. Call this before anything runs.
 * @throws EngineError
 */
export function usableEngine(needs: EngineNeeds = {}, find: () => Engine = findEngine): KnownEngine {
  const engine = readEngineVersion(find());
  const problem = engineProblem(engine, needs);
  if (problem !== undefined) throw new EngineError(problem);
  return engine;
}

/** Returns why an engine cannot be used, and what to do; undefined if it can. */
export function engineProblem(
  engine: KnownEngine,
  { lockfile = false }: EngineNeeds = {},
): string | undefined {
  const { kind, version } = engine;
  const found = `${engineName(engine)} (${engine.path}) is refused`;
  if (isBefore(version, MINIMUM_VERSION))
    return `${found}: expected ${MINIMUM_VERSION} or newer. Install a newer version and put it first on the PATH.`;
  const bad = KNOWN_BAD.find((each) => each.kind === kind && isSame(each.version, version));
  if (bad) return `${found}: ${bad.reason}. Install ${bad.instead} and put it first on the PATH.`;
  if (lockfile && isBefore(version, FIRST_WITH_LOCKFILE))
    return (
      `${found} for this list: it cannot lock the state with a file in S3, which came with 1.10. ` +
      `Install 1.10 or newer${engine.from === 'npm' ? ' (the one from npm is for trying out)' : ''}.`
    );
  return undefined;
}

const isSame = (a: string, b: string): boolean => `${numbersOf(a)}` === `${numbersOf(b)}`;
