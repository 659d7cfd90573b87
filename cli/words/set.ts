/** Formats the notes and results of `byodkim set`, for a person who knows neither a list nor the function. */
import { describeNotRestorable, type NotRestorable } from '../../handlers/words/not-restorable';
import { describeEnding, type RollbackEnding } from '../../handlers/words/results';
import { formatState, type InDomain, type ShownState } from '../../handlers/words/states';
import { BEFORE_A_PUT } from '../../handlers/words/unsigned-mail';
import { formatDuration } from './format';

/** The state in which a change that failed has left SES. */
export type SetEnding =
  | RollbackEnding
  | { readonly kind: 'identity-deleted' }
  | { readonly kind: 'not-restored'; readonly problem: string };

export const limitWords = (entry: string): string =>
  [
    'If this process dies, nothing rolls back: `byodkim deploy` arms a schedule that does.',
    `Nobody watches the domain afterwards: \`byodkim adopt ${entry} --key-file FILE\` takes it into a list, whose audit does.`,
    'The private key passes through this machine: with `byodkim key create`, it never leaves AWS.',
  ].join('\n');

export const keyMadeWords = (file: string): string =>
  `A new private key is in ${file}, which only you may read.`;

export const recordWords = (domain: string, zoneFile: string): string =>
  `The record, for whoever publishes the DNS records of ${domain} (\`byodkim record\` prints other forms):\n${zoneFile}`;

/** A change that nothing refuses. */
interface Planned extends InDomain {
  readonly selector: string;
  /** `null`: SES has no identity. */
  readonly before: ShownState | null;
  /** Time that SES has to verify. */
  readonly minutes: number;
  /** Commands that restore the prior state. */
  readonly undo: readonly string[];
}

export const planWords = ({ domain, region, selector, before, minutes, undo }: Planned): string =>
  [
    `SES has for ${domain} in ${region}: ${before === null ? 'no identity, so one is made' : formatState(before)}.`,
    `It will sign with selector ${selector}. ${before === null ? '' : `${BEFORE_A_PUT} `}If SES has not verified it within ${formatDuration(minutes * 60_000)}, the prior state is restored; if you press Ctrl-C, at once.`,
    ...(undo.length > 0 ? ['If this process dies, these commands restore the prior state:'] : []),
    ...undo.map((command) => `  ${command}`),
  ].join('\n');

export const setQuestion = (domain: string, selector: string): string =>
  `Set selector ${selector} for ${domain}?`;

/** Results, by code. */
export const SET_RESULTS = {
  SET: (domain: string, selector: string): string =>
    `SES has verified selector ${selector} of ${domain}, and signs with your key. Keep its file: SES returns no key, and the next change needs this one to roll back.`,
  IN_FORCE: (domain: string, selector: string): string =>
    `SES already signs for ${domain} with selector ${selector}, verified. Nothing was changed.`,
  WOULD_SET: (domain: string, selector: string): string =>
    `The record of selector ${selector} of ${domain} is published, and nothing refuses the change. Nothing was changed (--dry-run).`,
} as const;

/** Advice by code, where that of the code's row is about a list or a deploy. */
export const SET_ADVICE: Readonly<Record<string, string>> = {
  DNS_TXT_NOT_READY:
    'Have the record above published on every one of these servers, or wait until it has arrived there; then run this again. With --wait 3600, it waits an hour for the record.',
  DNS_TXT_INVALID: 'Have the record replaced by the one above, then run this again.',
  DNS_KEY_MISMATCH:
    'If mail is signed with the published key, use another selector. Otherwise, have the record replaced by the one above. Then run this again.',
  DNS_LOOKUP_FAILED:
    'Run this where DNS queries can leave the network, or pass the servers to ask (--nameserver, --resolver).',
  VERIFICATION_FAILED:
    'Check the record with `byodkim check <domain> -s SELECTOR --key-file FILE`, then run this again.',
  PRIOR_STATE_NOT_RESTORABLE:
    'Pass the private key that SES has now: --earlier-key-file FILE. To give its state up instead: --irreversible.',
  IDENTITY_NOT_FOUND: 'Run this again.',
};

export const INTERRUPTED_SET =
  'Interrupted: the prior state is restored now. Ending this process before that would leave SES as it is.';

export const notVerifiedWords = (domain: string, selector: string, status: string): string =>
  `SES has not verified selector ${selector} of ${domain}: its last status was ${status}.`;

export const GONE = 'The identity is no longer in SES: somebody has deleted it meanwhile.';

/** Formats a state that could not be restored. */
export const notRestorableWords = (
  domain: string,
  found: ShownState,
  reason: NotRestorable | string,
): string =>
  `SES has for ${domain}: ${formatState(found)}. If the change failed, that could not be restored: ${whyLost(reason)}. Nothing was changed.`;

const whyLost = (reason: NotRestorable | string): string =>
  typeof reason !== 'string' && reason.kind === 'no-key'
    ? `SES returns no private key, and that of selector ${reason.selector} was not passed`
    : describeNotRestorable(reason);

/** Describes the state in which a change that failed has left SES. */
export function endingWords(ending: SetEnding): string {
  switch (ending.kind) {
    case 'untouched':
      return 'SES was not changed.';
    case 'identity-deleted':
      return 'The identity that this run had made in SES was deleted again.';
    case 'not-restored':
      return `The prior state could not be restored: ${ending.problem}`;
  }
  const { state } = ending;
  if (state.kind === 'switched-off') return `Signing is switched off: ${whyLost(state.reason)}.`;
  if (state.kind === 'set-by-others')
    return `Others have set selector ${state.selector} meanwhile, so SES was left as it is.`;
  return describeEnding(ending);
}

export const undoAdvice = (commands: readonly string[]): string =>
  ['Restore it with these commands:', ...commands].join('\n  ');
