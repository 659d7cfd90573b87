/** Describes problems with a request: it is malformed, or not allowed. */
import { byFacts, type ErrorRows } from '../advice';

/** A malformed field of an event, or of a variable of the environment. */
export interface MalformedField {
  /** Dotted: `gate.nameservers`. */
  readonly field: string;
  /** The expectation, in words for people. */
  readonly expected: string;
  readonly found: string;
}

/** A setting of an event that the control stack does not allow. */
export interface ForbiddenSetting {
  readonly field: string;
  readonly found: string;
  readonly allowed: string;
}

/** Reason why a list of DNS servers cannot be used. */
export type ServerListProblem = 'not-an-address' | 'never-asked' | 'none-left';

/** Facts of the errors about requests, by code. */
export interface RequestErrors {
  readonly VALIDATION_ERROR:
    | {
        readonly kind: 'event';
        readonly fields: readonly string[];
        readonly mistakes: readonly MalformedField[];
      }
    | {
        readonly kind: 'dns-servers';
        readonly fields: readonly string[];
        readonly problem: ServerListProblem;
        /** Absent with `none-left`. */
        readonly found?: string | undefined;
      }
    | {
        readonly kind: 'drill';
        readonly fields: readonly string[];
        readonly found: string;
        /** Whether a drill was begun at all. */
        readonly isBegun: boolean;
      };
  readonly UNSUPPORTED_ACTION: { readonly found: string; readonly known: readonly string[] };
  readonly NOT_ALLOWED:
    | {
        readonly kind: 'control';
        readonly fields: readonly string[];
        readonly settings: readonly ForbiddenSetting[];
        /** Settings of the control stack. */
        readonly allowedBy: readonly string[];
      }
    | {
        readonly kind: 'alias';
        readonly fields: readonly string[];
        readonly alias: string;
        /** The request, and those that the alias accepts. */
        readonly found: string;
        readonly granted: readonly string[];
        /** An action of IAM. */
        readonly allowedBy: readonly string[];
      }
    /** `add`, `remove`: the domain belongs to the stack with this `Baseline`. */
    | {
        readonly kind: 'stack';
        readonly fields: readonly string[];
        readonly domain: string;
        readonly stack: string;
      }
    /** The delete of a `Baseline` (`found`), while that of another engine state (`stack`) signs with the identity. */
    | {
        readonly kind: 'other-stack';
        readonly fields: readonly string[];
        readonly domain: string;
        readonly stack: string;
        readonly found: string;
      }
    /** The delete of an object other than `Baseline`: only stacks from before `Baseline` send one. */
    | { readonly kind: 'earlier-layout'; readonly fields: readonly string[]; readonly domain: string };
}

/** Describes the problem of a list of DNS servers; continues a sentence that begins with the setting. */
const SERVER_LIST_PROBLEMS: Readonly<Record<ServerListProblem, string>> = {
  'not-an-address':
    'is not the address of a DNS server. Expected ip:port, e.g. 192.0.2.53:53 or [2001:db8::53]:53.',
  'never-asked':
    'is an address that is never asked: loopback, link-local, multicast, broadcast and reserved addresses are no DNS ' +
    'servers of a zone. Pass the address that other machines use.',
  'none-left':
    'is empty, and no server can be asked or found without one. List at least one; or, unless gate.mode is recursive, ' +
    'list servers in gate.nameservers.',
};

function whatIsMalformed(facts: RequestErrors['VALIDATION_ERROR']): string {
  switch (facts.kind) {
    case 'event': {
      const mistakes = facts.mistakes.map(
        ({ field, expected, found }) => `${field}: expected ${expected}, found ${found}`,
      );
      return `The event is malformed: ${mistakes.join('; ')}.`;
    }
    case 'dns-servers': {
      const found = facts.found === undefined ? '' : `: ${JSON.stringify(facts.found)}`;
      return `${facts.fields.join()}${found} ${SERVER_LIST_PROBLEMS[facts.problem]}`;
    }
    case 'drill': {
      const why = facts.isBegun ? 'another one has begun since' : 'none was begun';
      return `drill: expected the name of the last drill, found ${facts.found}: ${why}.`;
    }
  }
}

function whatIsNotAllowed(facts: RequestErrors['NOT_ALLOWED']): string {
  if (facts.kind === 'alias')
    return (
      `The alias ${facts.alias} of the function does not take this request: found ${facts.found}, allowed: ` +
      `${facts.granted.join(', ') || 'nothing'}. Nothing was read or changed.`
    );
  if (facts.kind === 'stack')
    return `The domain ${facts.domain} belongs to a stack (Baseline ${facts.stack}), so direct calls can neither add nor remove it. Nothing was changed.`;
  if (facts.kind === 'other-stack')
    return (
      `Two engine states have a stack of ${facts.domain}, and SES signs for the other one (Baseline ${facts.stack}). The destroy of this one ` +
      `(Baseline ${facts.found}) would delete the identity, and SES would then refuse mail of the domain. Nothing was changed.`
    );
  if (facts.kind === 'earlier-layout')
    return `The stack of ${facts.domain} was last deployed by a version that this one does not know. Nothing was changed.`;
  const settings = facts.settings.map(
    ({ field, found, allowed }) => `${field}: found ${found}, allowed: ${allowed}`,
  );
  return `The control stack does not allow this: ${settings.join('; ')}. Nothing was read or changed.`;
}

function whatIfNotAllowed(facts: RequestErrors['NOT_ALLOWED']): string {
  if (facts.kind === 'stack') return 'Deploy or destroy its stack instead.';
  if (facts.kind === 'other-stack')
    return (
      'Keep the stack for which SES signs: its engine state contains the id of the other Baseline. Do not destroy this one: take it out of its list or configuration, and move its state to a place that no run reads. ' +
      'If the state of the other one is lost, deploy this one first, which takes the domain over; its destroy is then carried out.'
    );
  if (facts.kind === 'earlier-layout')
    return 'Destroy it with the version that deployed it, then deploy it with this one.';
  const { kind, allowedBy } = facts;
  return kind === 'alias'
    ? `Call the function by its own name, which needs ${allowedBy.join()} on that name.`
    : `Remove it. If it is intended, allow it in the control stack (${allowedBy.join(', ')}), and deploy that first.`;
}

/** Rows of these errors, by code. Markdown, except what happened. */
export const REQUEST_ROWS: ErrorRows<RequestErrors> = {
  VALIDATION_ERROR: {
    when: 'The event is malformed: the message names each field, what was expected and what was found.',
    what: whatIsMalformed,
    who: 'the caller',
    todo: () =>
      'Fix the event. A field that the function does not know comes from a newer stack: deploy the control stack first. Report any other such error from Terraform.',
  },
  UNSUPPORTED_ACTION: {
    when: 'A direct call names an action that does not exist, such as `phase_manager` of the old process.',
    what: ({ known, found }) => `Unsupported action: expected one of ${known.join(', ')}, found ${found}.`,
    who: 'the caller',
    todo: () =>
      'Use one of the actions that the message lists; if the function is older, deploy the control stack.',
  },
  NOT_ALLOWED: {
    when: 'The control stack does not allow what the event asks for: name servers or resolvers of its own, `mode: recursive`, a weaker proof, `irreversible: allow`, or a key outside the key store. Or the alias does not accept the request, or `add` or `remove` was sent for the domain of a stack, or a stack is destroyed while SES signs for another engine state’s.',
    what: whatIsNotAllowed,
    who: 'the caller; to allow a setting, the deployer of the control stack',
    todo: byFacts(
      'Remove the setting; or allow it in `control.allow` (places of keys in `control.keyStore.alsoRead`), and deploy the control stack first. A change needs a grant on the function’s own name. If a destroy is refused, keep that stack, or set its state aside, as the message says.',
      whatIfNotAllowed,
    ),
  },
};
