import { day, dayFrom } from '../clock';

export type Stage =
  /** Its key was made, and no proof has found its record on every server. */
  | 'pending'
  /** The record is published, and SES does not sign with it yet. */
  | 'published'
  /** SES signs with it. */
  | 'active'
  /** SES has stopped; the record stays for mail in transit, and for a rollback. */
  | 'retiring'
  /** The record may go. */
  | 'retired'
  /** The record is gone, or its `p=` is empty. */
  | 'revoked';

/** Milliseconds since the epoch. */
export interface SelectorStage {
  readonly selector: string;
  readonly stage: Stage;
  readonly since: number | null;
  /** Time at which the record may be removed, or `null` if it must stay. */
  readonly recordMayGoAt: number | null;
}

/** Formats a stage, e.g. `s1 retiring since 2026-11-25: its record stays until 2026-12-03`. */
export function formatStage({ selector, stage, since, recordMayGoAt }: SelectorStage): string {
  const from = since === null ? '' : ` since ${day(since)}`;
  const until = recordMayGoAt === null ? 'a rollback needs it' : `until ${dayFrom(recordMayGoAt)}`;
  const unneeded = recordMayGoAt === null ? '' : `, its key is no longer needed since ${day(recordMayGoAt)}`;
  const more: Readonly<Record<Stage, string>> = {
    pending: ': its record is not proved in DNS yet',
    published: ': its record is published, SES does not sign with it yet',
    active: from,
    retiring: `${from}: its record stays, ${until}`,
    retired: `: its record and its key are no longer needed${from}`,
    revoked: `: its record is gone${unneeded}`,
  };
  return `${selector} ${stage}${more[stage]}`;
}
