/**
 * Compares SPF (RFC 7208) of a MAIL FROM domain with what SES documents. Only SES uses the name, so nothing else belongs
 * there: whatever stands before it may match first, and a mistake behind it spoils the whole record (§4.6).
 */
/** `none`: no SPF record among the texts. `problem` continues a sentence that begins with "the server". */
type SpfReading =
  | { readonly kind: 'passes' }
  | { readonly kind: 'none' | 'invalid'; readonly problem: string };

const SES_SPF = 'v=spf1 include:amazonses.com ~all';
const SES = /^v=spf1 +\+?include:amazonses\.com\.?(?: +[-+?~]?all)? *$/i;

const invalid = (problem: string): SpfReading => ({ kind: 'invalid', problem });

export function readSpf(values: readonly string[]): SpfReading {
  const [record, ...others] = values.filter((value) => /^v=spf1(?: |$)/i.test(value));
  if (record === undefined) return { kind: 'none', problem: 'has no SPF record' };
  if (others.length > 0)
    return invalid(`has ${others.length + 1} SPF records, and it must be one (RFC 7208 §4.5)`);
  if (SES.test(record)) return { kind: 'passes' };
  return invalid(
    `has an SPF record that is not SES’s alone, so that its mail may not pass: expected ${SES_SPF}, found ${JSON.stringify(record.slice(0, 80))}`,
  );
}
