import { LEDGER_PREFIX } from '../../../../handlers/contract/contract';
import type { Ledger } from '../../../../handlers/ledger/ledger';
import type { Call } from '../../../support/world/calls';

/** What happened, for the table of a counterexample. */
export interface Row {
  readonly at: number;
  readonly actor: string;
  readonly call: string;
  readonly answer: unknown;
}

/** What the function has answered to its callers. */
export function answersIn(rows: readonly Row[]): unknown[] {
  const given = rows.flatMap(({ answer }) => ((answer as any)?.call === undefined ? [answer] : []));
  return given.map((answer) => (answer instanceof Error ? answer.stack : answer));
}

/** Formats what happened as a table: time, actor, call, answer. */
export function formatTable(rows: readonly Row[]): string {
  const start = rows[0]?.at ?? 0;
  return rows
    .map(({ at, actor, call, answer }) => {
      const seconds = ((at - start) / 1000).toFixed(1).padStart(8);
      return `${seconds}  ${actor.padEnd(22)} ${call.padEnd(58)} ${formatted(answer)}`.trimEnd();
    })
    .join('\n');
}

const known = new WeakMap<Uint8Array, Ledger>();

/** Reads a ledger; each version once. */
export function parsed(body: Uint8Array): Ledger {
  const ledger = known.get(body) ?? (JSON.parse(Buffer.from(body).toString('utf8')) as Ledger);
  known.set(body, ledger);
  return ledger;
}

function formatted(answer: any): string {
  if (answer instanceof Error) return `${answer.name}: ${answer.message}`.slice(0, 160);
  if (answer === '' || answer === undefined) return '';
  if (answer?.call === undefined) return JSON.stringify(answer).slice(0, 160);
  const { call, answer: given } = answer as { call: Call; answer: any };
  if (given === null) return call.action.startsWith('s3:Put') ? 'refused' : 'none';
  if (call.action === 'ses:GetEmailIdentity')
    return `${given.origin} ${given.selector ?? ''} ${given.enabled ? 'on' : 'off'} ${given.status}`;
  if (call.action === 's3:GetObject' && call.resource.includes(LEDGER_PREFIX))
    return ledgerLine(parsed(given.body));
  if (call.action === 'dns:Prove') return given.ready ? 'ready' : given.code;
  return 'ok';
}

/** Formats what a ledger says, in a line. */
export const ledgerLine = ({ lease, open, owner, baseline, inForce }: Ledger): string =>
  [
    lease && `lease ${lease.holder.slice(-3)}`,
    open &&
      `${open.state} ${open.transaction} ${open.wanted.selector}${open.owner === null ? '' : ` of ${open.owner.stack}`}`,
    owner && `owner ${owner.transaction} of ${owner.stack}${owner.confirmed ? '' : '?'}`,
    inForce && `in force ${inForce.selector}`,
    baseline ? 'baseline' : 'no baseline',
  ]
    .filter(Boolean)
    .join(', ');
