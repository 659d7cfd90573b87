/** Formats the changes of a list that a deploy will refuse. Markdown. */
import { CONTRACT_REVISION } from '../../handlers/contract/contract';
import { byReason, type ServerVerdict } from '../../handlers/words/gate';
import type { Backend } from '../../list/domain-list';
import { type Coded, type FactsIn, wordsBy } from './coded';
import { rowOfCode } from './rows';
import { type Renaming, renamingWords } from './unlisted';

/** Protection of the key store that a plan may remove. */
export type Protection =
  /** A setting of a resource, by its name. */
  | { readonly kind: 'setting'; readonly name: string }
  | { readonly kind: 'sse-c-refused' }
  /** A denial of a statement in the bucket's policy. */
  | { readonly kind: 'denials'; readonly statement: string | undefined };

type IdentityProtected =
  | {
      readonly kind: 'region';
      readonly stack: string;
      readonly expected: string;
      readonly found: string;
    }
  | { readonly kind: 'let-go'; readonly stack: string };

const identityProtected = (facts: IdentityProtected): string =>
  facts.kind === 'region'
    ? `\`${facts.stack}\`: the region of an entry must not change; expected ${facts.expected}, where its key is, found ${facts.found}.`
    : `\`${facts.stack}\`: with \`identity: existing\` the stack no longer manages its identity, and the engine would delete it.`;

/** Changes of a list that a deploy will refuse, by the code of its refusal. */
const WHAT = {
  CONTROL_PROTECTED: ({ path }: { path: string }) =>
    `\`${path}\`: armed reverts would be lost, and no domain could be changed or destroyed.`,
  KEY_STORE_PROTECTED: (_: { readonly path: string }) =>
    '`control.keyStore.bucket`: the control stack has made another bucket.',
  /** Other entries sign with the key and the record of a removed entry. */
  KEY_SHARED: ({ stack, others }: { stack: string; others: readonly string[] }) =>
    `\`${stack}\`: it has the key and the record that ${others.map((each) => `\`${each}\``).join(', ')} ${others.length === 1 ? 'signs' : 'sign'} with.`,
  IDENTITY_PROTECTED: identityProtected,
  RECORD_MOVES: ({ stack, from, to }: { stack: string; from: string; to: string }) =>
    `\`${stack}\`: the records move from hosted zone ${from} to ${to}.`,
  IDENTITY_EXISTS: ({ stack }: { stack: string }) =>
    `\`${stack}\`: the stack would create an existing identity.`,
  /** The backend has its state. */
  ENTRY_RENAMED: ({ backend, from, to }: Renaming & { backend: Backend }) =>
    `${renamingWords(backend, { from, to })}.`,
};

export type ReviewRefusal = Coded<FactsIn<typeof WHAT>>;

const whatIsRefused = wordsBy(WHAT);

/** Formats a refusal with its advice. */
export function refusalWords(refusal: ReviewRefusal): string {
  const todo = rowOfCode(refusal.code)?.todo;
  return todo === undefined ? whatIsRefused(refusal) : `${whatIsRefused(refusal)} ${todo}`;
}

function protectionWords(protection: Protection): string {
  switch (protection.kind) {
    case 'setting':
      return protection.name;
    case 'sse-c-refused':
      return 'the refusal of SSE-C';
    case 'denials':
      return `all that the statement ${protection.statement ?? 'without a name'} denies`;
  }
}

/** Formats the protection of the key store that a plan removes from a resource. */
export const weakenedLine = (address: string, lost: Protection): string =>
  `update ${address}: without ${protectionWords(lost)}`;

export const NOTHING_DESTROYED = 'Nothing was destroyed.';

/** Says that an entry has another name than its deployed stack. */
export const renamedLine = ({ from, to }: Renaming): string => `${from} is ${to} now`;

/** Says that a newer checkout has deployed a control stack. */
export const outdatedLine = (stack: string, revision: number): string =>
  `${stack}: deployed with revision ${revision} of the contract, this checkout has ${CONTRACT_REVISION}`;

/** Formats, below the meaning of a plan, that it replaces a newer function. */
export const outdatedCaution = (stack: string, revision: number): string =>
  `CAUTION: replaces a newer function (${outdatedLine(stack, revision)}). Update this checkout instead (\`git pull\`), unless you go back on purpose.`;

/** Formats the action of a run, with lines of a plan or names. */
export function refusedRun(would: string, effect: string, changes: readonly string[]): string {
  const lines = changes.length === 0 ? '' : ` Found:\n  ${changes.join('\n  ')}`;
  return `The run would ${would}. ${effect} Nothing was changed.${lines}`;
}

/** Problems of an entry that its deploy will find. */
const ENTRY_ERRORS = {
  IDENTITY_NOT_FOUND: ({
    domain,
    region,
    identity,
  }: {
    domain: string;
    region: string;
    identity: 'import' | 'existing';
  }) => `SES has no identity ${domain} in ${region}, and \`identity: ${identity}\` does not make one.`,
  IDENTITY_EXISTS: ({ domain }: { domain: string }) => `SES has the identity ${domain} already.`,
  /** The zone that DNS serves may be another than the entry's. */
  RECORD_EXISTS: ({ names, hostedZoneId }: { names: readonly string[]; hostedZoneId: string }) =>
    `DNS has records of ${names.join(', ')}, which the stack has not made. If they are in hosted zone ${hostedZoneId}, the deploy cannot create them.`,
  /** `servers` are those with another key. */
  SELECTOR_IN_USE: ({
    domain,
    selector,
    recordName,
    servers,
  }: {
    domain: string;
    selector: string;
    recordName: string;
    servers: readonly ServerVerdict[];
  }) =>
    `No new key is made for selector ${selector} of ${domain}: another key is published at ${recordName}. ${byReason(servers)}.`,
};

export type EntryError = Coded<FactsIn<typeof ENTRY_ERRORS>>;

export const entryErrorWords = wordsBy(ENTRY_ERRORS);
