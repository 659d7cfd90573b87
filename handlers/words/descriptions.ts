/** The descriptions that AWS's console shows of what the function makes. */

/** Describes a one-time schedule: a revert, a check, or a drill. */
export const SCHEDULE_DESCRIPTION = 'Calls the DKIM function once; its input says for what';
