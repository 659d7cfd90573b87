/**
 * Compares the SPF record (RFC 7208) of a MAIL FROM domain with the one that SES documents. Only SES uses the name, so
 * nothing else belongs there: a term before SES's may match first, and a mistake after it invalidates the whole record
 * (§4.6).
 */
import type { SpfProblem } from '../words/gate';

/** `none` if there is no SPF record among the texts. */
type SpfReading =
  | { readonly kind: 'passes' }
  | { readonly kind: 'none' | 'invalid'; readonly problem: SpfProblem };

const SES_SPF = 'v=spf1 include:amazonses.com ~all';
const SES = /^v=spf1 +\+?include:amazonses\.com\.?(?: +[-+?~]?all)? *$/i;

const invalid = (problem: SpfProblem): SpfReading => ({ kind: 'invalid', problem });

export function readSpf(values: readonly string[]): SpfReading {
  const [record, ...others] = values.filter((value) => /^v=spf1(?: |$)/i.test(value));
  if (record === undefined) return { kind: 'none', problem: { kind: 'no-spf' } };
  if (others.length > 0) return invalid({ kind: 'several-spf', count: others.length + 1 });
  if (SES.test(record)) return { kind: 'passes' };
  return invalid({ kind: 'other-spf', expected: SES_SPF, found: record.slice(0, 80) });
}
