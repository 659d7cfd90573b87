/** Holds the descriptions of the function's resources that AWS's console shows. */

/** Describes a one-time schedule: a revert, a check, or a drill. */
export const SCHEDULE_DESCRIPTION = 'Calls the DKIM function once, with the event in its input';
