import { oneLine } from '../../handlers/escape';
import type { ErrorCode } from '../../handlers/facts/errors';
import { type EngineEnd, findHandlerErrors } from '../engine/engine';
import { exitCodeOfError, type FailureCode, rowOfCode } from '../errors/failure-catalogue';
import { EXIT, type ExitCode, worst } from '../facts/exit-codes';
import type { HandlerError } from '../facts/failures';
import type { Deployment } from './deployment';
import { planRefusals, taintedIn } from './plan-refusals';

/** How a stack's run ended. */
export interface Outcome {
  readonly stack: string;
  /** `waits for SES`: set, but SES has not verified the record yet. `refused`, `failed`: see `errors`. */
  readonly ended:
    | 'done'
    | 'waits for SES'
    | 'rolled back'
    | 'unchanged'
    | 'planned'
    | 'refused'
    | 'failed'
    | 'interrupted'
    | 'not begun';
  /** Counts, such as `5 added, 0 changed, 0 destroyed`; or the reason. */
  readonly detail: string;
  readonly errors: readonly HandlerError[];
  /** What to do, if the engine's own text does not help. */
  readonly hints: readonly string[];
  /** The stack that it was not begun for: its exit code counts here as well. */
  readonly because?: Outcome;
  /** SES had not verified when the stack was applied last. */
  readonly isUnverified?: true;
  /** The stack is not done before SES has (`verification.required`): it is applied again then. */
  readonly isUnfinished?: true;
}

export const outcome = (
  stack: string,
  ended: Outcome['ended'],
  detail: string,
  more: Partial<Outcome> = {},
): Outcome => ({ stack, ended, detail, errors: [], hints: [], ...more });

/** The purpose of an engine run. */
export type Context = Pick<Deployment, 'action' | 'signal' | 'list'>;

/** Reads the end of a plan: exit code 0 is no change, 2 is some. */
export function afterPlan(stack: string, end: EngineEnd, context: Context): Outcome {
  const { exitCode, changes, counts } = end;
  const isPlanned = exitCode === 0 || exitCode === 2;
  const tainted = context.action === 'diff' ? taintedIn(changes) : [];
  const judged = isPlanned ? changes.filter(({ address }) => !tainted.includes(address)) : kept(end);
  const refusals = context.action === 'destroy' ? [] : planRefusals(judged);
  if (refusals.length > 0) return refused(stack, refusals);
  if (!isPlanned) return failure(stack, end, context);
  if (exitCode === 0) return outcome(stack, 'unchanged', 'no changes');
  const { add = 0, change = 0, remove = 0 } = counts ?? {};
  return outcome(stack, 'planned', `${add} to add, ${change} to change, ${remove} to destroy`, {
    hints:
      tainted.length === 0 ? [] : [`a deploy untaints ${tainted.join(', ')} before it plans: it is kept.`],
  });
}

/** Returns what the engine refused to delete by itself. */
const kept = ({ output }: EngineEnd): EngineEnd['changes'] =>
  [...output.matchAll(/Resource (\S+) has lifecycle\.prevent_destroy set/g)].map(([, address = '']) => ({
    address,
    action: 'delete',
  }));

/** Reads the end of an apply. */
export function afterApply(stack: string, end: EngineEnd, context: Context): Outcome {
  if (end.exitCode !== 0) return failure(stack, end, context);
  const { add = 0, change = 0, remove = 0 } = end.counts ?? {};
  const verified = context.action === 'deploy' ? end.verified : undefined;
  const topics = Object.keys(context.list.control.topics ?? {});
  return outcome(
    stack,
    verified === false ? 'waits for SES' : 'done',
    `${add} added, ${change} changed, ${remove} destroyed${verified === true ? '; SES has verified it' : ''}`,
    {
      hints: NEW_CONTROL.test(end.output) ? [DRILL, ...(topics.length > 0 ? [] : [NO_TOPICS])] : [],
      ...(verified === false && { isUnverified: true as const }),
    },
  );
}

const NEW_CONTROL = /^aws_lambda_function\.[^\n]*: Creation complete/m;
const DRILL =
  'The control stack is new. Test once that an armed schedule reaches the function, before a change depends on it: ' +
  '`byodkim drill`. It touches no identity and takes two minutes.';
const NO_TOPICS =
  'No topic is set up (control.topics in the list): no notice of a rollback, of an alarm, or of a record to publish is sent.';

export const refused = (stack: string, errors: readonly HandlerError[]): Outcome =>
  outcome(stack, 'refused', errors[0]!.code, { errors });

export const notBegun = (stack: string, reason: string, because?: Outcome): Outcome =>
  outcome(stack, 'not begun', reason, because && { because });

function failure(stack: string, end: EngineEnd, context: Context): Outcome {
  const { output, exitCode } = end;
  const errors = findHandlerErrors(output);
  const codes = codesIn(output);
  if (errors.length > 0 && errors.every(({ code }) => code === 'VERIFICATION_PENDING'))
    return outcome(stack, 'waits for SES', 'the stack is done once it has verified', {
      isUnverified: true,
      isUnfinished: true,
    });
  if (errors.length > 0)
    return outcome(stack, 'refused', errors[0]!.code, { errors, hints: codes.map(todoFor) });
  if (context.signal.aborted) {
    // Other codes may stand for what the interrupt has cut off.
    const hints = codes.filter((code) => code === 'SES_CHANGED').map(todoFor);
    return outcome(stack, 'interrupted', 'ended in order; run it again', { hints });
  }
  const [code = 'ENGINE_FAILED', ...others] = codes;
  const message = messageOf(end);
  const detail = oneLine(message.split('\n', 1)[0]!.slice(0, 200)) || `the engine ended with ${exitCode}`;
  return outcome(stack, 'failed', detail, { errors: [{ code, message }], hints: others.map(todoFor) });
}

/** What the engine prints, by the code that it stands for. */
const PRINTED: Partial<Record<FailureCode | ErrorCode, RegExp>> = {
  NOT_SIGNED_IN:
    /No valid credential sources|validating provider credentials|ExpiredToken|InvalidClientTokenId|UnrecognizedClient|SignatureDoesNotMatch|InvalidAccessKeyId|security token included in the request is/,
  DISK_FULL: /no space left on device|disk quota exceeded|read-only file system/i,
  ACCOUNT_NOT_ALLOWED: /AWS account ID not allowed/,
  // A role of the zone's account is not ours: neither plan nor destroy may depend on it for good.
  ROLE_LOST:
    /Cannot assume IAM Role|Provider configuration not present|Route 53 (?:Hosted Zone|Record)[^\n]*(?:\n[^\n]*){0,3}(?:StatusCode: 403|AccessDenied)/,
  // An error without an ID means that no lock could be written.
  STATE_LOCKED: /Error acquiring the state lock[\s\S]*\bID:/,
  FUNCTION_NOT_FOUND: /Function not found/,
  RESOURCE_PROTECTED: /Instance cannot be destroyed/,
  BUCKET_NOT_EMPTY: /BucketNotEmpty/,
  IDENTITY_NOT_FOUND:
    /Email Identity[^\n]*(?:404|NotFound|couldn't find)|Cannot import non-existent remote object/i,
  IDENTITY_EXISTS: /CreateEmailIdentity[\s\S]{0,300}AlreadyExistsException/,
  BACKEND_CHANGED: /Backend configuration changed|Backend type changed/i,
  EXISTS_ELSEWHERE:
    /Function already exist|EntityAlreadyExists|BucketAlreadyOwnedByYou|ResourceAlreadyExistsException|Schedule group .* already exists/,
  // A confirmation after it keeps the signing state.
  SES_CHANGED:
    /_Signing_[0-9A-F]{8}\b.*: Creation complete(?![\s\S]*_Confirmation_[0-9A-F]{8}\b.*: Creation complete)/,
};

export const codesIn = (output: string): string[] =>
  Object.entries(PRINTED).flatMap(([code, pattern]) => (pattern.test(output) ? code : []));

const todoFor = (code: string): string => rowOfCode(code)!.todo!;

/** Formats the errors of an engine, each once; those of `init` are text. */
function messageOf({ errors, output }: EngineEnd): string {
  const found = errors.map(({ summary, detail = '' }) => `${summary}\n${detail}`.trim());
  const [, text = output] = /^(?:│ )?Error: ([\s\S]+)/m.exec(output) ?? [];
  return found.length > 0 ? [...new Set(found)].join('\n') : text.trim();
}

const EXIT_OF: Partial<Record<Outcome['ended'], ExitCode>> = {
  'waits for SES': EXIT.notReady,
  'rolled back': EXIT.wrong,
  failed: EXIT.failed,
  interrupted: EXIT.interrupted,
  'not begun': EXIT.failed,
};

export function exitCodeOf({ ended, errors, because }: Outcome): ExitCode {
  if (because) return exitCodeOf(because);
  if (ended !== 'refused') return EXIT_OF[ended] ?? EXIT.ok;
  return worst(errors.map(({ code }) => exitCodeOfError(code)));
}
