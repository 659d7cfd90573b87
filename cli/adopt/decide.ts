import type { SigningState } from '../../handlers/aws/email-identity';
import type { AdoptedFacts, UnclearState } from '../words/adopt';

/** Facts of SES, the key store, the list and DNS about a domain in one region. */
export interface AdoptionFacts {
  readonly domain: string;
  /** Absent: SES has no identity. */
  readonly state: SigningState | undefined;
  /** Selectors of its private keys. */
  readonly keys: readonly string[];
  /** Selectors of the domain's entries in other regions. */
  readonly taken: readonly string[];
  /** Selectors whose record is published. */
  readonly published: readonly string[];
  /** The stack that manages it, whose entry is not in the list. */
  readonly stack?: string | undefined;
}

/** The selector to write, with the facts that lead to it. */
interface Adopted {
  readonly code: 'ADOPTED';
  readonly selector: string;
  readonly facts: AdoptedFacts;
}

/** Decides on the selector of an entry. Never guesses: if the facts leave a choice, a person makes it. */
export function decideSelector(found: AdoptionFacts): Adopted | UnclearState {
  const { state, keys, stack } = found;
  if (stack !== undefined) return { code: 'DEPLOYED', facts: { stack } };
  if (state === undefined) return { code: 'NO_IDENTITY', facts: { keys } };
  const isInForce = state.origin === 'EXTERNAL';
  const selector = isInForce ? inForce(found, state) : prepared(found, state);
  if (typeof selector !== 'string') return selector;
  const { status, enabled } = state;
  const isShared = found.taken.includes(selector);
  // SES has verified both against one record, so they are one key.
  const isOneKey = isInForce && status === 'SUCCESS';
  if (isShared && !isOneKey) return { code: 'SHARED_SELECTOR', facts: { selector } };
  const isPublished = found.published.includes(selector);
  const origin = isInForce ? 'BYODKIM' : 'Easy DKIM';
  return {
    code: 'ADOPTED',
    selector,
    facts: {
      origin,
      status,
      isSigning: enabled,
      isPublished,
      isShared,
      isOurs: isInForce && state.managed === true,
    },
  };
}

/** Returns the selector with which SES signs, or the reason why a deploy could not take it over. */
function inForce(
  { keys, taken, published }: AdoptionFacts,
  { selector, enabled }: SigningState,
): string | UnclearState {
  if (selector === undefined || selector === '') return { code: 'NO_SELECTOR', facts: {} };
  if (!enabled) return { code: 'SIGNING_OFF', facts: { selector } };
  if (!keys.includes(selector) && !taken.includes(selector))
    return { code: 'KEY_NOT_STORED', facts: { selector } };
  return published.includes(selector) ? selector : { code: 'NOT_PUBLISHED', facts: { selector } };
}

/** Returns the selector of the prepared key; if there are several, the published one. */
function prepared({ keys, published }: AdoptionFacts, { origin }: SigningState): string | UnclearState {
  if (origin !== 'AWS_SES') return { code: 'ORIGIN_UNSUPPORTED', facts: { origin } };
  if (keys.length === 0) return { code: 'NO_KEY', facts: {} };
  const candidates = keys.length === 1 ? keys : keys.filter((each) => published.includes(each));
  const [selector, ...others] = candidates;
  if (selector === undefined || others.length > 0)
    return { code: 'SEVERAL_KEYS', facts: { keys, published: candidates.length } };
  return selector;
}
