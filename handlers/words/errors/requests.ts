/** Describes problems with a request: it is malformed, or not allowed. */
import type { ErrorFacts, ServerListProblem } from '../../facts/errors';

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

export function whatIsMalformed(facts: ErrorFacts['VALIDATION_ERROR']): string {
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

export function whatIsNotAllowed(facts: ErrorFacts['NOT_ALLOWED']): string {
  if (facts.kind === 'alias')
    return (
      `The alias ${facts.alias} of the function does not take this request: found ${facts.found}, allowed: ` +
      `${facts.granted.join(', ') || 'nothing'}. Nothing was read or changed.`
    );
  if (facts.kind === 'stack')
    return `The domain ${facts.domain} belongs to a stack (Baseline ${facts.stack}), so direct calls can neither add nor remove it. Nothing was changed.`;
  if (facts.kind === 'earlier-layout')
    return `The stack of ${facts.domain} was last deployed by an earlier version, so its destroy would not roll back. Nothing was changed.`;
  const settings = facts.settings.map(
    ({ field, found, allowed }) => `${field}: found ${found}, allowed: ${allowed}`,
  );
  return `The control stack does not allow this: ${settings.join('; ')}. Nothing was read or changed.`;
}

export function whatIfNotAllowed(facts: ErrorFacts['NOT_ALLOWED']): string {
  if (facts.kind === 'stack') return 'Deploy or destroy its stack instead.';
  if (facts.kind === 'earlier-layout') return 'Deploy it once with this version, then destroy it.';
  const { kind, allowedBy } = facts;
  return kind === 'alias'
    ? `Call the function by its own name, which needs ${allowedBy.join()} on that name.`
    : `Remove it. If it is intended, allow it in the control stack (${allowedBy.join(', ')}), and deploy that first.`;
}
