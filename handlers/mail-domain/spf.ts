/**
 * Compares SPF (RFC 7208) of a MAIL FROM domain with what SES documents. Only SES uses the name, so nothing has to be
 * evaluated: with SES as the first mechanism its mail passes, whatever follows.
 */
import type { FindTexts } from './texts';

export type SpfReading =
  | { readonly kind: 'passes' }
  /** No SPF record among the texts. */
  | { readonly kind: 'none' }
  /** `problem` continues a sentence that begins with "the server". */
  | { readonly kind: 'invalid'; readonly problem: string };

const MODIFIER = /^[a-z][a-z0-9._-]*=[!-~]*$/i;
const MECHANISM =
  /^[+?~-]?(?:all|(?:include|exists):[!-~]+|ptr(?::[!-~]+)?|(?:a|mx)(?:[:/][!-~]+)?|ip[46]:[\da-f.:]+(?:\/\d+)?)$/i;
const SES = /^\+?include:amazonses\.com\.?$/i;

const invalid = (problem: string): SpfReading => ({ kind: 'invalid', problem });

/** Reads the texts of a name. */
export function readSpf(values: readonly string[]): SpfReading {
  const [record, ...others] = values.filter((value) => /^v=spf1(?: |$)/i.test(value));
  if (record === undefined) return { kind: 'none' };
  if (others.length > 0)
    return invalid(`has ${others.length + 1} SPF records, and it must be one (RFC 7208 §4.5)`);
  const terms = record.split(' ').slice(1).filter(Boolean);
  const mechanisms = terms.filter((term) => !MODIFIER.test(term));
  const wrong = mechanisms.find((term) => !MECHANISM.test(term));
  if (wrong !== undefined)
    return invalid(`has an SPF record with ${JSON.stringify(wrong.slice(0, 40))}, which is not an SPF term`);
  for (const name of ['redirect', 'exp'])
    if (terms.filter((term) => term.toLowerCase().startsWith(`${name}=`)).length > 1)
      return invalid(`has an SPF record with ${name}= twice`);
  if (SES.test(mechanisms[0] ?? '')) return { kind: 'passes' };
  return invalid(
    'has an SPF record that does not begin with SES, so that its mail may not pass: expected v=spf1 include:amazonses.com ~all',
  );
}

/** Reads SPF of a MAIL FROM domain. @throws Error if DNS cannot be read */
export async function findSpf(mailFrom: string, find: FindTexts): Promise<SpfReading> {
  const texts = await find(mailFrom);
  if ('problem' in texts) throw new Error(texts.problem);
  return readSpf(texts.values);
}
