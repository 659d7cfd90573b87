import { ByodkimError } from '../errors';
import type { GateOutcome } from './outcome';

/** The error of an outcome that is not ready; its details are the outcome as data. */
export const gateError = (outcome: GateOutcome): ByodkimError => {
  const { ready: _, code = 'DNS_LOOKUP_FAILED', message, ...details } = outcome;
  return new ByodkimError(code, message, details);
};
