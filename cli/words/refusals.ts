/** Formats the changes of a list that a deploy will refuse. Markdown. */
import { byReason } from '../../handlers/words/gate';
import type { Coded } from './coded';
import type { EntryErrorFacts, Protection } from './failures';
import type { ReviewRefusalFacts } from './meaning';
import { rowOfCode } from './rows';
import { type MovedMailFrom, type Renaming, renamingWords } from './unlisted';

const identityProtected = (facts: ReviewRefusalFacts['IDENTITY_PROTECTED']): string =>
  facts.kind === 'region'
    ? `\`${facts.stack}\`: the region of an entry must not change; expected ${facts.expected}, where its key is, found ${facts.found}.`
    : `\`${facts.stack}\`: with \`identity: existing\` the stack no longer manages its identity, and the engine would delete it.`;

const WHAT: { readonly [Code in keyof ReviewRefusalFacts]: (facts: ReviewRefusalFacts[Code]) => string } = {
  CONTROL_PROTECTED: ({ path }) =>
    `\`${path}\`: armed reverts would be lost, and no domain could be changed or destroyed.`,
  KEY_STORE_PROTECTED: () => '`control.keyStore.bucket`: the control stack has made another bucket.',
  KEY_SHARED: ({ stack, others }) =>
    `\`${stack}\`: it has the key and the record that ${others.map((each) => `\`${each}\``).join(', ')} ${others.length === 1 ? 'signs' : 'sign'} with.`,
  IDENTITY_PROTECTED: identityProtected,
  RECORD_MOVES: ({ stack, from, to }) => `\`${stack}\`: the records move from hosted zone ${from} to ${to}.`,
  MAIL_FROM_MOVES: ({ stack, to, name }) =>
    `\`${stack}\`: its stack has the records of ${name} in Route 53, and the stack of \`${to}\` would make them as well.`,
  IDENTITY_EXISTS: ({ stack }) => `\`${stack}\`: the stack would create an existing identity.`,
  ENTRY_RENAMED: ({ backend, from, to }) => `${renamingWords(backend, { from, to })}.`,
};

/** Formats a refusal with its advice. */
export function refusalWords<Code extends keyof ReviewRefusalFacts>({
  code,
  facts,
}: Coded<ReviewRefusalFacts, Code>): string {
  const todo = rowOfCode(code)?.todo;
  return todo === undefined ? WHAT[code](facts) : `${WHAT[code](facts)} ${todo}`;
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
export const outdatedLine = (stack: string, deployed: number, own: number): string =>
  `${stack}: deployed with revision ${deployed} of the contract, this checkout has ${own}`;

/** Formats, below the meaning of a plan, that it replaces a newer function. */
export const outdatedCaution = (line: string): string =>
  `CAUTION: replaces a newer function (${line}). Update this checkout instead (\`git pull\`), unless you go back on purpose.`;

/** Says that two stacks would publish the records of one MAIL FROM domain. */
export const movedMailFromLine = ({ stack, to, name }: MovedMailFrom): string =>
  `${name}: from the stack ${stack} to ${to}`;

/** Formats the action of a run, with lines of a plan or names. */
export function refusedRun(would: string, effect: string, changes: readonly string[]): string {
  const lines = changes.length === 0 ? '' : ` Found:\n  ${changes.join('\n  ')}`;
  return `The run would ${would}. ${effect} Nothing was changed.${lines}`;
}

/** Problems of an entry that its deploy will find. */
export const ENTRY_ERRORS: {
  readonly [Code in keyof EntryErrorFacts]: (facts: EntryErrorFacts[Code]) => string;
} = {
  IDENTITY_NOT_FOUND: ({ domain, region, identity }) =>
    `SES has no identity ${domain} in ${region}, and \`identity: ${identity}\` does not make one.`,
  IDENTITY_EXISTS: ({ domain }) => `SES has the identity ${domain} already.`,
  SELECTOR_IN_USE: ({ domain, selector, recordName, servers }) =>
    `No new key is made for selector ${selector} of ${domain}: another key is published at ${recordName}. ${byReason(servers)}.`,
};
