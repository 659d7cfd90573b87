/**
 * Reads DMARC (RFC 9989) as receivers do. `np` never applies: a domain that SES signs for has names below it, so it exists.
 */
import type { DmarcPolicy, Policy } from '../words/unsigned-mail';
import type { FindTexts } from './texts';

const POLICIES = ['none', 'quarantine', 'reject'] as const satisfies readonly Policy[];

/** DNS information about the mail from one domain. */
export interface Dmarc {
  /** `null` if there is none, or none that is valid. */
  readonly policy: DmarcPolicy | null;
  readonly organizationalDomain: string;
}

/** A name of eight labels or more is shortened to seven, so that eight names are asked at most (§4.10). */
const WALKED_LABELS = 7;

interface DmarcRecord {
  readonly domain: string;
  readonly tags: ReadonlyMap<string, string>;
}

/** Lists the names of the tree walk (§4.10), the longest first. */
export function walkedNames(domain: string): readonly string[] {
  const labels = domain.split('.');
  const above = labels.slice(labels.length > WALKED_LABELS ? -WALKED_LABELS : 1);
  return [domain, ...above.map((_, at) => above.slice(at).join('.'))];
}

/** Returns the tags of the only DMARC record among the texts; several count as none (§4.10). */
function recordIn(values: readonly string[]): ReadonlyMap<string, string> | undefined {
  const [record, ...others] = values.filter((value) => /^[vV][ \t]*=[ \t]*DMARC1[ \t]*(?:;|$)/.test(value));
  if (record === undefined || others.length > 0) return undefined;
  // Text that is not a tag is ignored (§4.7). A repeated tag makes the record invalid (RFC 6376 §3.2).
  const tags = record.split(';').flatMap((part) => {
    const [, name, value] = /^[ \t]*([a-z]+)[ \t]*=[ \t]*(.*?)[ \t]*$/i.exec(part) ?? [];
    return name === undefined ? [] : [[name.toLowerCase(), value!] as const];
  });
  const read = new Map(tags);
  return read.size === tags.length ? read : undefined;
}

/**
 * Returns the records of a name and of the names above it, up to one with `psd`, which tells whether it is a public suffix.
 */
async function walk(domain: string, find: FindTexts): Promise<{ found: DmarcRecord[]; problem?: Error }> {
  const names = walkedNames(domain);
  const answers = await Promise.allSettled(names.map((name) => find(`_dmarc.${name}`)));
  const found: DmarcRecord[] = [];
  for (const [at, answer] of answers.entries()) {
    if (answer.status === 'rejected') return { found, problem: answer.reason };
    const tags = recordIn(answer.value);
    if (tags === undefined) continue;
    found.push({ domain: names[at]!, tags });
    const psd = tagOf(tags, 'psd');
    if (psd === 'n' || psd === 'y') break;
  }
  return { found };
}

/** Selects the organizational domain (§4.10.2). */
function organizationalDomain(domain: string, found: readonly DmarcRecord[]): string {
  const last = found.at(-1);
  if (last === undefined) return domain;
  if (tagOf(last.tags, 'psd') !== 'y' || last.domain === domain) return last.domain;
  return domain
    .split('.')
    .slice(-(last.domain.split('.').length + 1))
    .join('.');
}

const tagOf = (tags: DmarcRecord['tags'], tag: string): string | undefined => tags.get(tag)?.toLowerCase();

const isPolicy = (value: string | undefined): value is Policy => POLICIES.includes(value as Policy);

/** Returns the policy of a record for a domain; `null` if a tag is malformed, even `np`: it is p=none at best then (§4.10.1). */
function policyOf(domain: string, { domain: recordDomain, tags }: DmarcRecord): DmarcPolicy | null {
  const [p, sp = p, np = p] = ['p', 'sp', 'np'].map((tag) => tagOf(tags, tag));
  if (!isPolicy(p) || !isPolicy(sp) || !isPolicy(np)) return null;
  const tag = recordDomain !== domain && tags.has('sp') ? 'sp' : 'p';
  const published = tag === 'sp' ? sp : p;
  const isTesting = tagOf(tags, 't') === 'y';
  return {
    recordDomain,
    applied: isTesting ? POLICIES[Math.max(0, POLICIES.indexOf(published) - 1)]! : published,
    tag,
    published,
    strictSpf: tagOf(tags, 'aspf') === 's',
  };
}

/**
 * Finds the policy for mail from a domain in its own record, in that of the organizational domain, or in that of the public
 * suffix. Rejects if DNS cannot be read.
 */
export async function readDmarc(domain: string, find: FindTexts): Promise<Dmarc> {
  const { found, problem } = await walk(domain, find);
  const isOwn = found[0]?.domain === domain;
  if (problem !== undefined && !isOwn) throw problem;
  const organizational = organizationalDomain(domain, found);
  const last = found.at(-1);
  const isSuffix = last !== undefined && tagOf(last.tags, 'psd') === 'y';
  const record = isOwn
    ? found[0]
    : (found.find((each) => each.domain === organizational) ?? (isSuffix ? last : undefined));
  return { policy: record ? policyOf(domain, record) : null, organizationalDomain: organizational };
}

/** Checks whether SPF of a MAIL FROM domain counts for the From domain: they are equal, or share the organizational domain. */
export async function isAligned(
  mailFrom: string,
  domain: string,
  { policy, organizationalDomain: own }: Dmarc,
  find: FindTexts,
): Promise<boolean> {
  if (mailFrom === domain) return true;
  if (policy?.strictSpf) return false;
  const { found, problem } = await walk(mailFrom, find);
  if (problem !== undefined && found.length === 0) throw problem;
  return organizationalDomain(mailFrom, found) === own;
}
