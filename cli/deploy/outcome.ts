import { DEFAULT_FUNCTION_NAME, WATCH_ALIAS } from '../../handlers/contract/contract';
import type { ErrorCode } from '../../handlers/words/errors';
import { publishingOf } from '../../list/domain-list';
import type { AppliedState } from '../engine/applied-state';
import { type EngineEnd, findHandlerErrors, type PlannedChange } from '../engine/engine';
import { exitCodeOfError } from '../errors/decisions';
import {
  engineKilled,
  existsElsewhere,
  type Import,
  recordExists,
  refuseRun,
} from '../errors/failure-catalogue';
import { EXIT, type ExitCode, worst } from '../exit-codes';
import type { FailureCode, HandlerError } from '../words/failures';
import type { Counts, Ended, Hint, Outcome, Reason } from '../words/outcomes';
import type { Deployment } from './deployment';
import { planRefusals } from './plan-refusals';

/** Makes an outcome, by default without errors and hints. */
export const outcome = (
  stack: string,
  ended: Ended,
  reason: Reason,
  more: Partial<Outcome> = {},
): Outcome => ({ stack, ended, reason, errors: [], hints: [], ...more });

/** The purpose of an engine run. */
export type Context = Pick<Deployment, 'action' | 'signal' | 'list' | 'states'>;

/**
 * Reads the result of a plan: exit code 0 means no changes, and 2 means changes.
 * @param tainted addresses that a deploy untaints before it plans
 */
export function afterPlan(
  stack: string,
  end: EngineEnd,
  context: Context,
  tainted: readonly string[] = [],
): Outcome {
  if (end.refusal !== undefined)
    return refusedOutcome(stack, [refuseRun(end.refusal.code, end.refusal.providers)]);
  const isPlanned = end.exitCode === 0 || end.exitCode === 2;
  const found = isPlanned ? end.changes : kept(end, tainted);
  const judged =
    context.action === 'diff' ? found.filter(({ address }) => !tainted.includes(address)) : found;
  const listed = context.list.domains.find((each) => each.stack === stack);
  const refusals = context.action === 'destroy' ? [] : planRefusals(judged, listed);
  if (refusals.length > 0) return refusedOutcome(stack, refusals);
  if (!isPlanned && !endsAtTainted(end, found, judged)) return afterFailure(stack, end, context);
  if (end.exitCode === 0) return outcome(stack, 'unchanged', { code: 'NO_CHANGES', facts: {} });
  const facts = { ...NONE, ...end.counts };
  const hints: Hint[] =
    judged.length === found.length ? [] : [{ code: 'TAINTED', facts: { addresses: tainted } }];
  return outcome(stack, 'planned', { code: 'CHANGES_PLANNED', facts }, { hints });
}

/** Checks whether a diff failed only because the engine must not replace objects that a deploy keeps. */
const endsAtTainted = (
  { errors }: EngineEnd,
  found: readonly PlannedChange[],
  judged: readonly PlannedChange[],
): boolean => found.length > 0 && judged.length === 0 && errors.every(({ summary }) => summary === PREVENTED);

const PREVENTED = 'Instance cannot be destroyed';

const NONE: Counts = { add: 0, change: 0, remove: 0 };

/** Returns the objects that the engine itself refused to delete. */
const kept = ({ output }: EngineEnd, tainted: readonly string[]): PlannedChange[] =>
  [...output.matchAll(/Resource (\S+) has lifecycle\.prevent_destroy set/g)].map(([, address = '']) =>
    tainted.includes(address)
      ? { address, action: 'replace', reason: 'tainted' }
      : { address, action: 'delete' },
  );

/** Reads the result of an apply. */
export function afterApply(stack: string, end: EngineEnd, context: Context): Outcome {
  if (end.exitCode !== 0) return afterFailure(stack, end, context);
  const verified = context.action === 'deploy' ? end.verified : undefined;
  const facts = { ...NONE, ...end.counts, isVerified: verified === true };
  const hints = NEW_CONTROL.test(end.output) ? hintsOfNewControl(context) : [];
  const reason: Reason = { code: 'APPLIED', facts };
  return verified === false
    ? outcome(stack, 'waiting', reason, { hints, awaits: 'verification' })
    : outcome(stack, 'done', reason, { hints });
}

const NEW_CONTROL = /^aws_lambda_function\.[^\n]*: Creation complete/m;

function hintsOfNewControl({ list }: Context): Hint[] {
  const topics = Object.keys(list.control.topics ?? {});
  const drill: Hint = { code: 'NEW_CONTROL', facts: {} };
  return topics.length > 0 ? [drill] : [drill, { code: 'NO_TOPICS', facts: {} }];
}

/** Makes the outcome of a stack that was refused. */
export const refusedOutcome = (stack: string, errors: readonly HandlerError[]): Outcome =>
  outcome(stack, 'refused', { code: 'ERROR', facts: { error: errors[0]!.code } }, { errors });

/** @param because the stack that prevented it from beginning */
export const notBegun = (stack: string, reason: Reason, because?: Outcome): Outcome =>
  outcome(stack, 'not-begun', reason, because && { because });

function afterFailure(stack: string, end: EngineEnd, context: Context): Outcome {
  const { output } = end;
  const errors = findHandlerErrors(output);
  const codes = codesIn(output, namesRole(stack, context.list));
  if (errors.length > 0 && errors.every(({ code }) => code === 'VERIFICATION_PENDING'))
    return outcome(
      stack,
      'waiting',
      { code: 'VERIFICATION_REQUIRED', facts: {} },
      { awaits: 'verification-and-apply' },
    );
  if (errors.length > 0) return { ...refusedOutcome(stack, errors), hints: codes.map(adviceFor) };
  if (context.signal.aborted) {
    // Other codes may come from work that the interrupt has cut off.
    const hints = codes.filter((code) => code === 'SES_CHANGED').map(adviceFor);
    return outcome(stack, 'interrupted', { code: 'INTERRUPTED', facts: {} }, { hints });
  }
  return failed(stack, end, codes, context);
}

function failed(stack: string, end: EngineEnd, codes: readonly string[], context: Context): Outcome {
  const [error, others] = errorOf(stack, end, codes, context);
  const facts = { message: error.message, exitCode: end.exitCode };
  const reason: Reason = { code: 'ENGINE_FAILED', facts };
  return outcome(stack, 'failed', reason, { errors: [error], hints: others.map(adviceFor) });
}

/** Returns the error of a failed engine, and further codes. */
function errorOf(
  stack: string,
  end: EngineEnd,
  codes: readonly string[],
  { list, states }: Context,
): readonly [HandlerError, readonly string[]] {
  if (end.killedBy !== undefined) return [engineKilled(end.killedBy), codes];
  const [code = 'ENGINE_FAILED', ...others] = codes;
  const message = messageOf(end);
  if (code === 'RECORD_EXISTS') return [recordExists(message, recordsOf(end, stack, list)), others];
  if (code !== 'EXISTS_ELSEWHERE') return [{ code, message }, others];
  return [existsElsewhere(message, importsOf(end, list), wasCutOff(states.get(stack))), others];
}

/** Checks whether the last deploy before this one has made objects, and was not completed. */
const wasCutOff = (before: AppliedState | undefined): boolean =>
  before !== undefined && before.resources.length > 0 && before.hash === undefined;

/** Returns the existing object of each resource, by the provider's name for it. */
const importsOf = ({ errors }: EngineEnd, { control }: Context['list']): Import[] =>
  errors.flatMap(({ summary, address }) => {
    const [, kind, name] = /^\w+ (.+) \(([^()]+)\): operation error/.exec(summary) ?? [];
    if (address === undefined || name === undefined || !PRINTED.EXISTS_ELSEWHERE!.test(summary)) return [];
    return [{ address, id: importId(kind!, name, control.functionName) }];
  });

/** Returns the existing record of each resource, in the hosted zone of the entry. */
function recordsOf({ errors }: EngineEnd, stack: string, { domains }: Context['list']): Import[] {
  const listed = domains.find((each) => each.stack === stack);
  const zone = listed && publishingOf(listed)?.hostedZoneId;
  return errors.flatMap(({ summary, detail = '', address }) => {
    const [, name, type] = PRINTED.RECORD_EXISTS!.exec(`${summary}\n${detail}`) ?? [];
    if (address === undefined || zone === undefined || name === undefined) return [];
    return [{ address, id: `${zone}_${name}_${type}` }];
  });
}

const adviceFor = (error: string): Hint => ({ code: 'ADVICE', facts: { error } });

/** Returns the id by which the engine imports an object, if it is more than the name. */
function importId(kind: string, name: string, functionName = DEFAULT_FUNCTION_NAME): string {
  if (kind === 'Lambda Alias') return `${functionName}/${name}`;
  // The rule calls an alias, which is not in the message.
  return kind === 'Lambda Permission' ? name.replace('/', `:${WATCH_ALIAS}/`) : name;
}

/** Patterns of the engine's output, by their code. */
const PRINTED: Partial<Record<FailureCode | ErrorCode, RegExp>> = {
  NOT_SIGNED_IN:
    /No valid credential sources|validating provider credentials(?![\s\S]*(?:InvalidClientTokenId|SignatureDoesNotMatch|request send failed))|ExpiredToken|security token included in the request is expired/,
  CREDENTIALS_REFUSED:
    /InvalidClientTokenId|UnrecognizedClient|InvalidSignature|SignatureDoesNotMatch|InvalidAccessKeyId|security token included in the request is invalid/,
  DISK_FULL: /no space left on device|disk quota exceeded|read-only file system/i,
  ACCOUNT_NOT_ALLOWED: /AWS account ID not allowed/,
  // The role in the zone's account is not ours, so neither a plan nor a destroy may depend on it for good.
  ROLE_LOST: /Cannot assume IAM Role|Provider configuration not present/,
  // An error without an ID means that no lock could be written.
  STATE_LOCKED: /Error acquiring the state lock[\s\S]*\bID:/,
  FUNCTION_NOT_FOUND: /Function not found/,
  RESOURCE_PROTECTED: new RegExp(PREVENTED),
  BUCKET_NOT_EMPTY: /BucketNotEmpty/,
  IDENTITY_NOT_FOUND:
    /Email Identity[^\n]*(?:StatusCode: 404|NotFound|couldn't find)|Cannot import non-existent remote object/i,
  RECORD_EXISTS:
    /Tried to create resource record set \[name='([^']+?)\.?', type='(\w+)'\] but it already exists/,
  IDENTITY_EXISTS: /CreateEmailIdentity[\s\S]{0,300}AlreadyExistsException/,
  PROVIDER_NOT_LOCKED: /configured\s+version\s+constraint|checksums\s+previously\s+recorded/,
  BACKEND_CHANGED: /Backend configuration changed|Backend type changed/i,
  EXISTS_ELSEWHERE:
    /Function already exist|EntityAlreadyExists|BucketAlreadyOwnedByYou|ResourceAlreadyExistsException|(?:Alias|Schedule|statement id)\b.* already exists/,
  // A confirmation after it keeps the signing state.
  SES_CHANGED:
    /_Signing_[0-9A-F]{8}\b.*: Creation complete(?![\s\S]*_Confirmation_[0-9A-F]{8}\b.*: Creation complete)/,
  AWS_NOT_REACHED: /StatusCode: 0\b[^\n]*request send failed/,
};

const REFUSED_BY_ZONE =
  /Route 53 (?:Hosted Zone|Record)[^\n]*(?:\n[^\n]*){0,3}(?:StatusCode: 403|AccessDenied)/;

/**
 * Returns the codes of an engine's output.
 * @param hasRole whether the list names a role for the stack; otherwise a refusal by Route 53 concerns the deployer
 */
export const codesIn = (output: string, hasRole = false): string[] =>
  Object.entries(PRINTED).flatMap(([code, pattern]) => {
    const isRefused = code === 'ROLE_LOST' && hasRole && REFUSED_BY_ZONE.test(output);
    return isRefused || pattern.test(output) ? code : [];
  });

const namesRole = (stack: string, { domains, provider }: Context['list']): boolean =>
  provider.assumeRoleArn !== undefined ||
  domains.find((each) => each.stack === stack)?.record?.roleArn !== undefined;

/** Formats the errors of an engine, each once; errors of `init` are plain text. */
function messageOf({ errors, output }: EngineEnd): string {
  const found = errors.map(({ summary, detail = '' }) => `${summary}\n${detail}`.trim());
  const [, text = output] = /^(?:│ )?Error: ([\s\S]+)/m.exec(output) ?? [];
  return found.length > 0 ? [...new Set(found)].join('\n') : text.trim();
}

/** Exit codes of outcomes; those that are refused, or unchanged, end with the code of their errors. */
const EXIT_OF: Readonly<Record<Exclude<Ended, 'refused' | 'unchanged'>, ExitCode>> = {
  done: EXIT.ok,
  planned: EXIT.ok,
  waiting: EXIT.notReady,
  'rolling-back': EXIT.wrong,
  'rolled-back': EXIT.wrong,
  failed: EXIT.failed,
  interrupted: EXIT.interrupted,
  'not-begun': EXIT.failed,
};

/** Returns the exit code of an outcome. */
export function exitCodeOf({ ended, errors, because }: Outcome): ExitCode {
  if (because) return exitCodeOf(because);
  if (ended === 'refused' || ended === 'unchanged')
    return worst(errors.map(({ code }) => exitCodeOfError(code)));
  return EXIT_OF[ended];
}
