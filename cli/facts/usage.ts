import type { RecordProblem } from '../../handlers/words/record';
import type { KeySourceFacts } from './record';
import type { RotationObstacle } from './rotation';

/** Whether an entry is in the list. */
export interface NotListed {
  /** The list's file name; absent if there is no list here. */
  readonly list?: string | undefined;
  /** The entry that was probably meant. */
  readonly meant?: string | undefined;
}

/** Wrong command lines, by the mistake. */
export interface UsageFacts {
  /** A command line that commander refuses. */
  readonly 'command-line': { readonly reason: string };
  readonly 'no-command': Record<never, never>;
  readonly 'entries-and-all': { readonly found: readonly string[] };
  readonly 'no-entries': { readonly action: string; readonly stacks: readonly string[] };
  readonly 'not-in-list': {
    readonly name: string;
    readonly meant: string | undefined;
    readonly isDestroy: boolean;
    readonly stacks: readonly string[];
  };
  readonly 'control-needed': { readonly stack: string; readonly left: readonly string[] };
  readonly 'home-needed': { readonly stack: string; readonly left: readonly string[] };
  readonly 'no-terminal': { readonly destroys?: readonly string[] };
  readonly 'no-app': Record<never, never>;
  readonly 'unknown-commit': { readonly ref: string; readonly folder: string };
  readonly 'record-unreadable': KeySourceFacts['FUNCTION'] & { readonly problem: RecordProblem };
  readonly 'no-public-key': { readonly file: string };
  readonly 'no-key-file': { readonly file: string };
  readonly 'key-file-is-folder': { readonly file: string };
  readonly 'key-file-unreadable': { readonly reason: string };
  readonly 'server-malformed': { readonly reason: string };
  readonly 'not-a-domain': { readonly text: string };
  readonly 'two-regions': { readonly name: string; readonly region: string; readonly option: string };
  readonly 'no-region': { readonly entry?: string; readonly why?: NotListed };
  readonly 'no-selector': { readonly domain: string; readonly why: NotListed };
  readonly 'not-a-selector': { readonly text: string };
  readonly 'selector-twice': { readonly selector: string };
  readonly 'selector-in-use': { readonly entry: string; readonly selector: string };
  readonly 'not-listed': { readonly name: string; readonly why: NotListed };
  readonly 'list-needed': { readonly file: string; readonly isLeftOut: boolean };
  readonly 'region-in-list': Record<never, never>;
  readonly 'nothing-in-region': { readonly region: string };
  readonly 'due-and-domain': Record<never, never>;
  readonly 'domain-or-due': Record<never, never>;
  readonly behind: RotationObstacle & { readonly kind: 'behind' };
  readonly 'no-free-selector': RotationObstacle & { readonly kind: 'no-free-selector' };
  readonly 'key-comes-first': { readonly entry: string };
  readonly 'own-key-place': { readonly entry: string };
  readonly 'list-not-editable': { readonly reason: string };
  readonly 'no-job': { readonly role: string };
  readonly 'not-a-repository': { readonly text: string };
  readonly 'not-a-branch': { readonly text: string };
  readonly 'trust-needs-account': Record<never, never>;
  readonly 'policy-needs-names': Record<never, never>;
  readonly 'no-such-part': { readonly part: number; readonly parts: number };
  readonly 'not-an-account': { readonly text: string };
  readonly 'notify-key-in-s3': Record<never, never>;
  readonly 'only-with-notify': Record<never, never>;
  readonly 'remove-selector': Record<never, never>;
  readonly 'bucket-unknown': Record<never, never>;
}
