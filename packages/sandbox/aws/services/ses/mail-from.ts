import type { Lookup } from './dns-lookup';
import { Search } from './search';
import { badRequest, isDomain } from './validation';

/** The domain of an identity's envelope sender. */
export interface MailFrom {
  readonly domain: string;
  readonly onMxFailure: 'USE_DEFAULT_VALUE' | 'REJECT_MESSAGE';
  readonly search: Search;
}

/** Reads the input of `PutEmailIdentityMailFromAttributes`. */
export function mailFromOf(input: any, identity: string, now: number): MailFrom | undefined {
  const { MailFromDomain: domain, BehaviorOnMxFailure: onMxFailure = 'USE_DEFAULT_VALUE' } = input;
  if (!domain) return undefined;
  if (!isDomain(domain.toLowerCase())) throw badRequest(`Invalid MAIL-FROM domain name <${domain}>.`);
  const parent = identity.slice(identity.lastIndexOf('@') + 1);
  if (!domain.toLowerCase().endsWith(`.${parent}`))
    throw badRequest(
      `Provided MAIL-FROM domain <${domain}> is not subdomain of the domain of the identity <${identity}>.`,
    );
  const search = new Search();
  search.begin(now, 'PENDING');
  return { domain: domain.toLowerCase(), onMxFailure, search };
}

export const mailFromAttributes = (mailFrom: MailFrom | undefined): object =>
  mailFrom === undefined
    ? { BehaviorOnMxFailure: 'USE_DEFAULT_VALUE' }
    : {
        MailFromDomain: mailFrom.domain,
        MailFromDomainStatus: mailFrom.search.status,
        BehaviorOnMxFailure: mailFrom.onMxFailure,
      };

/** Checks that there is exactly one MX record, and that it is the record of SES in the region. */
export async function mxProblem(
  { domain }: MailFrom,
  lookup: Lookup,
  region: string,
): Promise<string | undefined> {
  const found = await lookup.records(domain, 'MX');
  if ('failure' in found) return found.failure;
  const [only = '', ...more] = found.values;
  const isRight = more.length === 0 && only.toLowerCase() === `10 feedback-smtp.${region}.amazonses.com`;
  return isRight ? undefined : 'INVALID_VALUE';
}
