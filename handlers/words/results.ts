import { withoutFullStop } from '../escape';
import type { NotHealed } from '../facts/findings';

/** Why a state is not healed that has no facts of its own; each is a clause. */
const NOT_HEALED = {
  'not-asked': 'its stack does not ask for it (heal)',
  'change-open': 'a change is open',
  'nothing-in-force': 'nothing is in force',
  'other-state': 'another state has been set since',
  'set-anew': 'a person has set it again',
  'switched-off': 'a person has switched signing off',
  unseen: 'no audit has seen it verified, so a person may have changed it',
  'just-changed': 'it has just been changed outside this project',
  unproved: 'the gate does not prove its record',
  'key-replaced': 'its private key was replaced',
} as const;

/** Describes why a state on which SES has given up is not set again; a clause. */
export function describeNotHealed(why: NotHealed): string {
  switch (why.kind) {
    case 'not-given-up':
      return `SES has not given up: it says ${why.status}`;
    case 'blocked':
      return `a person has to act first (${why.by})`;
    case 'failed-often':
      return `it has failed on ${why.days} days`;
    case 'not-armed':
      return `it could not be armed: ${withoutFullStop(why.problem)}`;
    default:
      return NOT_HEALED[why.kind];
  }
}
