/** What the oracle lets pass: what that is, and why it cannot be narrower. */
export const EXCUSES = {
  'SES may say FAILED': {
    passes: 'a key that SES gave up, or verifies again after a late Put',
    since: 'heal, or the next apply, fixes it',
  },
  'a second apply': {
    passes: 'an apply refused once, after two engines at once or a restored ledger',
    since: 'the engine that ends last writes the state',
  },
  'a new attempt': {
    passes: 'a second apply that confirms or changes nothing',
    since: 'the engine may have an overtaken attempt, or a ledger of before its first change was restored',
  },
  'a destroy that changes nothing': {
    passes: 'a state that a destroy leaves in SES; a notice reports it',
    since:
      "an engine state, the ledger or the baseline's key was lost, another engine state has acted, or an apply left a replaced `Baseline`",
  },
  'an earlier ledger': {
    passes: 'any state that was ever possible, until a new attempt is done',
    since: 'nobody knows what was lost',
  },
  'a spent state': { passes: 'signing off', since: 'the earlier key had failed, without a record' },
  'seen too late': {
    passes: 'an apply within five seconds of a change by others',
    since: 'a read may be that old',
  },
  'a notice of a run that was cut off': {
    passes: "none, or another run's",
    since: 'nothing reports a rollback that ended well; the audit reports what is wrong in SES',
  },
  'not healed': { passes: 'a change by a person', since: 'heal never overrides a person' },
  'an unconfirmed change that nothing reverts': {
    passes: 'SES halfway, a change that stays open',
    since: '`confirmTimeoutMinutes: 0` asks for it',
  },
  'a key that is not the one of its record': {
    passes: 'unsigned mail and a key that SES cannot verify, while SES has its selector',
    since: 'people have replaced it under its selector',
  },
  'a takeover that is not seen': {
    passes: 'an empty plan of the state that was taken over',
    since: 'two runs of one state worked without a lock, or the ledger was restored',
  },
  'a run that arrives after the destroy of its stack': {
    passes: 'a stack that was destroyed and owns what SES has',
    since: 'the function cannot tell it from an apply of a stack whose destroy was cut off',
  },
  'a home without a `Baseline`': {
    passes: 'the record of a home that goes while another region signs with it',
    since: 'no delete reaches the function, since the first apply of the home failed after its gate',
  },
  'mail of a home whose destroy was cut off': {
    passes: 'a record that goes while mail sent before the destroy is in transit',
    since: 'the destroy, had it ended, would have removed the record at once',
  },
} as const;

/** What the oracle looks at and does not always judge: why not. */
export const UNJUDGED = {
  'a look at mail':
    'a person or the prior state may have switched signing off, SES may verify anew, or a ledger was restored',
  'a final destroy':
    'the engine has nothing to destroy, has lost its state, or another state has the domain as well',
  'the state after a phase': 'a run is at work, or a change is open',
  'the state at the end, if it may be one of three or more':
    'several were at work, or an answer was lost, so that nobody knows which one came last',
} as const;

export type Unjudged = keyof typeof UNJUDGED;

export type Excuse = keyof typeof EXCUSES;

/** Formats the table of docs/evidence/reliability.md: how often each excuse passed in so many schedules. */
export function excuseTable(schedules: number, times: (excuse: Excuse) => number): string {
  const figure = (count: number): string => count.toLocaleString('en-US');
  const rows = (Object.keys(EXCUSES) as Excuse[]).map((excuse) => {
    const { passes, since } = EXCUSES[excuse];
    return `|${excuse}|${figure(times(excuse))}|${passes}|${since}|`;
  });
  return [
    `|Excuse|In ${figure(schedules)}|Passes|Why it is not narrower|`,
    '|---|---|---|---|',
    ...rows,
  ].join('\n');
}

/** How often the oracle has looked at something, and not judged it. */
export interface Looks {
  readonly all: number;
  readonly unjudged: number;
}

/** Formats the second table of docs/evidence/reliability.md: how much of what it looked at the oracle did not judge. */
export function unjudgedTable(schedules: number, looks: (at: Unjudged) => Looks): string {
  const figure = (count: number): string => count.toLocaleString('en-US');
  const rows = (Object.keys(UNJUDGED) as Unjudged[]).map((at) => {
    const { all, unjudged } = looks(at);
    const share = all === 0 ? '' : `${Math.round((100 * unjudged) / all)} %`;
    return `|${at}|${figure(all)}|${figure(unjudged)}|${share}|${UNJUDGED[at]}|`;
  });
  return [
    `|What the oracle looks at|In ${figure(schedules)}|Not judged|Share|Why not|`,
    '|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}
