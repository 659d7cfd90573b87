import type { SigningState } from '../../handlers/aws/email-identity';

/** What is known of one domain in one region. */
export interface Found {
  /** Absent: SES has no identity in this region. */
  readonly state: SigningState | undefined;
  /** Selectors whose private key is in the key store. */
  readonly keys: readonly string[];
  /** Those of them that have a usable record on some server of DNS. */
  readonly published: readonly string[];
  /** Selectors that entries of the domain have in other regions. */
  readonly taken: readonly string[];
}

/** The selector to write, with the facts that it follows from; or why there is none. */
export type Decision = { readonly selector: string; readonly facts: string } | { readonly unclear: string };

/** Decides which selector an entry gets. Guesses nothing: where the facts leave a choice, a person makes it. */
export function decide({ state, keys, published, taken }: Found): Decision {
  if (state === undefined)
    return { unclear: `there are keys of ${keys.join(', ')}, and SES has no identity in this region` };
  const { origin, status, enabled } = state;
  if (origin !== 'EXTERNAL' && origin !== 'AWS_SES')
    return { unclear: `SES has ${origin} (deterministic Easy DKIM), which no rollback can restore` };
  const choice =
    origin === 'EXTERNAL' ? chooseInForce(state, keys, published) : choosePrepared(keys, published);
  if ('unclear' in choice) return choice;
  const { selector } = choice;
  if (taken.includes(selector))
    return { unclear: `an entry of another region has the selector ${selector}: each needs one of its own` };
  const now = origin === 'EXTERNAL' ? 'BYODKIM' : 'Easy DKIM';
  const record = published.includes(selector) ? 'its record is published' : 'its record is not published yet';
  return { selector, facts: `SES has ${now} (${status}${enabled ? '' : ', signing off'}); ${record}` };
}

type Choice = { readonly selector: string } | { readonly unclear: string };

function chooseInForce(
  { selector, enabled }: SigningState,
  keys: readonly string[],
  published: readonly string[],
): Choice {
  if (selector === undefined) return { unclear: 'SES has BYODKIM and shows no selector' };
  if (!enabled)
    return { unclear: `signing with ${selector} is switched off, and a deploy would switch it on` };
  if (!keys.includes(selector))
    return { unclear: `SES signs with ${selector}, whose private key is not in the key store` };
  if (!published.includes(selector))
    return { unclear: `SES signs with ${selector}, and no server of DNS has a usable record of it` };
  return { selector };
}

/** Of several keys, the one that is published was prepared. */
function choosePrepared(keys: readonly string[], published: readonly string[]): Choice {
  const candidates = keys.length === 1 ? keys : published;
  if (candidates.length === 1) return { selector: candidates[0]! };
  return {
    unclear:
      keys.length === 0
        ? 'SES has Easy DKIM, and there is no private key: put one into the key store, or write createKey: true'
        : `there are keys of ${keys.join(', ')}, and ${published.length === 0 ? 'none' : 'more than one'} of them is published`,
  };
}
