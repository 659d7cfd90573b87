import type { NotAllowed } from './allowances';
import { ByodkimError } from './errors';
import { shown } from './schema-problems';

/** The error of a malformed event: every reason at once. */
export const malformed = (reasons: readonly string[], fields: readonly string[]): ByodkimError =>
  new ByodkimError('VALIDATION_ERROR', `The event is malformed: ${reasons.join('; ')}.`, { fields, reasons });

/** The error of an event that would weaken the proof: what was asked, what may be, and who can allow it. */
export function refused(found: readonly NotAllowed[]): ByodkimError {
  const reasons = found.map(
    ({ setting, found: value, allowed }) => `${setting}: found ${listedOr(value)}, allowed: ${allowed}`,
  );
  const by = [...new Set(found.map((each) => each.by))];
  return new ByodkimError(
    'NOT_ALLOWED',
    {
      what: `The control stack does not allow this: ${reasons.join('; ')}. Nothing was read or changed.`,
      advice:
        'An event cannot weaken the proof by itself: if it is meant, whoever deploys the control stack says so there ' +
        `(${by.join(', ')}).`,
    },
    { fields: found.map(({ setting }) => setting), reasons, allowedBy: by },
  );
}

const listedOr = (value: unknown): string =>
  Array.isArray(value) && value.length > 0 && value.length <= 8 ? value.map(shown).join(' ') : shown(value);
