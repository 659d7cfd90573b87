/** Reads SPF (RFC 7208) for one question: whether mail that SES sends passes by it. */
import { isIP } from 'node:net';
import { isPlainName } from '../dns/message';
import type { FindTexts } from './texts';

export type SpfReading =
  | { readonly kind: 'passes' }
  /** No SPF record among the texts. */
  | { readonly kind: 'none' }
  /** `problem` continues a sentence that begins with "the server". */
  | { readonly kind: 'invalid'; readonly problem: string }
  /** A record that it includes could not be read. `problem` is a sentence without its dot. */
  | { readonly kind: 'unknown'; readonly problem: string };

/** SPF of SES's servers. It lists addresses alone, so it needs no look-up of its own. */
const SES = 'amazonses.com';

/** Terms that ask DNS, in all records together (RFC 7208 §4.6.4). */
const LOOKUPS = 10;

const MACRO = '%(?:\\{[slodiphcrtv]\\d*r?[.+,/_=-]*\\}|[%_-])';
const NAME = `(?:[!-$&-.0-~]|${MACRO})+`;
/** What may follow the name of each mechanism (RFC 7208 §5). */
const MECHANISMS: Readonly<Record<string, RegExp>> = {
  all: /^$/,
  include: new RegExp(`^:${NAME}$`, 'i'),
  exists: new RegExp(`^:${NAME}$`, 'i'),
  ptr: new RegExp(`^(:${NAME})?$`, 'i'),
  a: new RegExp(`^(:${NAME})?(/([12]?\\d|3[0-2]))?(//(\\d\\d?|1[01]\\d|12[0-8]))?$`, 'i'),
  mx: new RegExp(`^(:${NAME})?(/([12]?\\d|3[0-2]))?(//(\\d\\d?|1[01]\\d|12[0-8]))?$`, 'i'),
  ip4: /^:[\d.]+(\/([12]?\d|3[0-2]))?$/,
  ip6: /^:[\da-f:.]+(\/(\d\d?|1[01]\d|12[0-8]))?$/i,
};
const ASKING = new Set(['include', 'exists', 'ptr', 'a', 'mx', 'redirect']);

interface Term {
  readonly name: string;
  /** `+`, `-`, `~` or `?`; of a modifier, `=`. */
  readonly qualifier: string;
  readonly value: string;
}

class Unreadable extends Error {
  constructor(readonly reading: Exclude<SpfReading, { kind: 'passes' }>) {
    super();
  }
}
const invalid = (problem: string): Unreadable => new Unreadable({ kind: 'invalid', problem });

function readTerm(text: string, of: string): Term {
  const modifier = /^([a-z][a-z0-9._-]*)=(.*)$/i.exec(text);
  if (modifier) return { name: modifier[1]!.toLowerCase(), qualifier: '=', value: modifier[2]! };
  const [, qualifier = '', named = '', rest = ''] = /^([+?~-]?)([a-z0-9]*)(.*)$/i.exec(text) ?? [];
  const name = named.toLowerCase();
  const isAddress = (name !== 'ip4' && name !== 'ip6') || `ip${isIP(rest.slice(1).split('/')[0]!)}` === name;
  if (!Object.hasOwn(MECHANISMS, name) || !MECHANISMS[name]!.test(rest) || !isAddress)
    throw invalid(`has an SPF record${of} with ${JSON.stringify(text.slice(0, 40))}, which is no SPF term`);
  return { name, qualifier: qualifier || '+', value: rest.replace(/^:/, '') };
}

const isSpf = (value: string): boolean => /^v=spf1(?: |$)/i.test(value);

/**
 * Returns the terms of the one SPF record among the texts of a name.
 * @param of words for a record that is included
 */
function readTerms(values: readonly string[], of = ''): readonly Term[] {
  const [record, ...others] = values.filter(isSpf);
  if (record === undefined) throw new Unreadable({ kind: 'none' });
  if (others.length > 0)
    throw invalid(`has ${others.length + 1} SPF records${of}, and it must be one (RFC 7208 §4.5)`);
  if (/[^\x20-\x7e]/.test(record))
    throw invalid(`has an SPF record${of} with characters that are not allowed`);
  const terms = record
    .split(' ')
    .slice(1)
    .filter(Boolean)
    .map((text) => readTerm(text, of));
  for (const name of ['redirect', 'exp'])
    if (terms.filter((term) => term.name === name).length > 1)
      throw invalid(`has an SPF record${of} with ${name}= twice`);
  return terms;
}

/** One reading: it counts what a receiver would have to ask. */
class Reader {
  private lookups = 0;

  constructor(private readonly findTexts: FindTexts) {}

  /** Whether a host of SES passes. */
  async passes(terms: readonly Term[]): Promise<boolean> {
    let passes: boolean | undefined;
    const end = terms.findIndex(({ name }) => name === 'all');
    const tested = end < 0 ? terms : terms.slice(0, end);
    const redirect = terms.find(({ name }) => name === 'redirect');
    for (const { name, qualifier, value } of tested) {
      if (qualifier === '=') continue;
      this.count(name);
      if (name === 'include' && (await this.passesBy(value))) passes ??= qualifier === '+';
    }
    if (end >= 0 || redirect === undefined) return passes ?? false;
    this.count('redirect');
    const redirected = await this.passesBy(redirect.value);
    return passes ?? redirected;
  }

  private count(name: string): void {
    if (ASKING.has(name)) this.lookups += 1;
    if (this.lookups > LOOKUPS)
      throw invalid(
        `has an SPF record that needs more than ${LOOKUPS} look-ups, which receivers refuse (RFC 7208 §4.6.4)`,
      );
  }

  private async passesBy(target: string): Promise<boolean> {
    const name = target.toLowerCase().replace(/\.$/, '');
    if (name === SES) return true;
    // A name that depends on the mail's sender is not the same for every mail.
    if (!isPlainName(name)) return false;
    const texts = await this.findTexts(name);
    if ('problem' in texts)
      throw new Unreadable({
        kind: 'unknown',
        problem: `the SPF record of ${name} could not be read: ${texts.problem}`,
      });
    if (!texts.values.some(isSpf)) throw invalid(`has an SPF record that refers to ${name}, which has none`);
    return this.passes(readTerms(texts.values, ` at ${name} (included)`));
  }
}

/**
 * Reads the texts of a name. Passing counts by `include:amazonses.com` alone, in the record itself or in one that it
 * includes: what lets anybody pass is not taken.
 */
export async function readSpf(values: readonly string[], findTexts: FindTexts): Promise<SpfReading> {
  try {
    if (await new Reader(findTexts).passes(readTerms(values))) return { kind: 'passes' };
    return {
      kind: 'invalid',
      problem: `has an SPF record that does not let SES pass: expected include:${SES} before any "all"`,
    };
  } catch (error) {
    if (error instanceof Unreadable) return error.reading;
    throw error;
  }
}
