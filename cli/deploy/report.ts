/** Formats what a deploy, diff or destroy prints. */

import { forTerminal, oneLine } from '../../handlers/escape';
import { ERRORS, isErrorCode } from '../../handlers/words/errors';
import type { ListedDomain } from '../../list/domain-list';
import { engineName } from '../../packages/engine/engine-version';
import { unlistedWords } from '../engine/applied-state';
import type { PlannedChange } from '../engine/engine';
import type { Action } from '../engine/workspace';
import { rowOfCode } from '../errors/failure-catalogue';
import type { HandlerError } from '../facts/failures';
import { addition, destruction } from '../review/meaning';
import { grouped, several } from '../words/format';
import type { Deployment } from './deployment';
import type { Outcome } from './outcome';

/** Why a resource takes longer than ten seconds. */
const WAITS: readonly (readonly [RegExp, string])[] = [
  [/_DnsGate_/, 'waits for the record in DNS, as gate.waitSeconds says'],
  [/_Signing_/, 'signing is set; waits for SES to verify it, a minute at most'],
  [/_Confirmation_/, 'waits for SES to verify: the stack is done only then'],
  [/^aws_route53_record\./, 'waits until Route 53 serves the record'],
];

export const waitAt = (address: string): string | undefined =>
  WAITS.find(([pattern]) => pattern.test(address))?.[1];

/** Returns what a plan means, as a review does, and what of AWS's it changes. */
export function meaningOfPlan(
  { action, list, states }: Pick<Deployment, 'action' | 'list' | 'states'>,
  stack: string,
  changes: readonly PlannedChange[],
): string {
  const listed = list.domains.find((each) => each.stack === stack);
  const effect = listed && effectOf(listed, action, states.get(stack)?.recordName, changes);
  // A control stack has forty new resources: their number is printed anyway.
  const lines = changes
    .filter(({ address, action: to }) => !OWN.test(address) && (listed !== undefined || to !== 'create'))
    .map(({ address, action: to }) => `  ${to} ${address}`);
  return [`${stack}: ${effect ?? `the control stack: function, key store, alarms`}`, ...lines].join('\n');
}

/** What says nothing beside the effect. */
const OWN = /^(aws_lambda_invocation|terraform_data)\./;

function effectOf(
  listed: ListedDomain,
  action: Action,
  recordBefore: string | undefined,
  changes: readonly PlannedChange[],
): string {
  const { selector } = listed;
  if (action === 'destroy') return `the stack goes, which ${destruction(listed, undefined)}`;
  const [before] = recordBefore?.split('._domainkey.') ?? [];
  if (before === undefined) return addition(listed, undefined, false);
  if (before !== selector) return `rotates from ${before} to ${selector}`;
  return changes.some(({ address }) => /_Signing_/.test(address))
    ? `signing is set again, with selector ${selector}`
    : 'the signing state stays';
}

/** Returns what a person should know before anything is planned. */
export function wordsBefore({ list, states, workspace, unlisted }: Deployment, all: boolean): string[] {
  const name = engineName(workspace.at.engine);
  const others = new Set([...states.values()].flatMap(({ engine }) => (engine ? engineName(engine) : [])));
  others.delete(name);
  const before = [...others].sort().join(', ');
  return [
    ...(before === '' ? [] : [`Engine: ${name} (${workspace.at.engine.path}); before, it was ${before}.`]),
    ...(all ? unlistedWords(unlisted, list.backend) : []),
  ];
}

type Row = readonly [label: string, text: string | undefined];
type StackError = { readonly error: HandlerError; readonly stack?: string };

/**
 * Formats the errors of one code for a person: what and why, of each entry, then once what is common to all: what SES has
 * now, who acts, what to do.
 */
export function errorBlock(found: readonly StackError[]): string {
  const [{ error, stack: named }] = found as [StackError];
  const { code, advice } = error;
  const row = rowOfCode(code);
  const isOne = found.length === 1;
  const isCommon = found.every((each) => each.error.advice === advice);
  const steps = (todo = row?.todo, stack = '<domain>'): Row[] => [
    ['To do', todo?.replaceAll('<domain>', stack)],
    ['Check', row?.command?.replaceAll('<domain>', stack)],
  ];
  return block([
    ['Error', `${oneLine(code)}${isOne ? '' : `, ${found.length} times`}`],
    ...found.flatMap((each): Row[] => [
      ['Domain', each.stack],
      ['Reason', each.error.message],
      ...(isCommon ? [] : steps(each.error.advice, each.stack)),
    ]),
    ['SES now', isErrorCode(code) ? (ERRORS[code].ses ?? 'as before; nothing was written') : undefined],
    ['Who', row?.who],
    ...(isCommon ? steps(advice, isOne ? named : undefined) : []),
  ]);
}

const LABEL = 9;
const LINE = new RegExp(`(.{1,${96 - LABEL}})(?: |$)`, 'g');

const block = (rows: readonly Row[]): string =>
  rows
    .flatMap(([name, text]) =>
      text === undefined ? [] : `${name.padEnd(LABEL)}${indented(forTerminal(text).trim())}`,
    )
    .join('\n');

/** Breaks long sentences at spaces. Tables and commands, which are indented, keep their lines. */
const indented = (text: string): string =>
  text
    .split('\n')
    .flatMap((line) => (/│|^\s|\S{60}/.test(line) ? line : (line.match(LINE) ?? [line])))
    .map((line) => line.trimEnd())
    .join(`\n${' '.repeat(LABEL)}`);

/** What becomes of a stack that has ended so. */
const THEN: Partial<Record<Outcome['ended'], string>> = {
  'waits for SES':
    'not verified by SES yet; until then mail goes out without this signature. The function goes on checking, and rolls back ' +
    'what SES does not verify in time: see `byodkim status`.',
  'rolled back': 'set, and rolled back or overwritten since. See `byodkim status`.',
};

/** Formats each error with its domain, then the hints, each once. */
export function explanations(outcomes: readonly Outcome[]): string[] {
  const errors = grouped(
    outcomes.flatMap(({ stack, errors }) => errors.map((error) => [error.code, { error, stack }] as const)),
  );
  const hints = grouped(
    outcomes.flatMap(({ stack, ended, hints }) =>
      [...hints, THEN[ended] ?? []].flat().map((hint) => [hint, stack] as const),
    ),
  );
  return [
    ...[...errors.values()].map(errorBlock),
    ...[...hints].map(([hint, stacks]) => `${several(stacks)}: ${hint}`),
  ];
}

/** Formats how many stacks ended in which way: `2 done, 1 refused.` */
export const counts = (outcomes: readonly Outcome[]): string =>
  `${[...grouped(outcomes.map(({ ended }) => [ended, ended]))]
    .map(([ended, { length }]) => `${length} ${length > 1 ? ended.replace('waits', 'wait') : ended}`)
    .join(', ')}.`;
