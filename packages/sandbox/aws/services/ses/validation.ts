import { AwsError } from '../../../contract/service';

export const badRequest = (message: string): AwsError => new AwsError('BadRequestException', message);

/** Checks that the attributes belong to the origin. The model has already checked their format. */
export function checkSigningAttributes(origin: string, attributes: any): void {
  const { DomainSigningSelector: selector, DomainSigningPrivateKey: privateKey } = attributes ?? {};
  if (origin !== 'EXTERNAL' && (selector ?? privateKey) !== undefined)
    throw badRequest('DomainSigningSelector and DomainSigningPrivateKey are for the origin EXTERNAL only.');
  if (origin === 'EXTERNAL' && (selector === undefined || privateKey === undefined))
    throw badRequest(
      'DomainSigningSelector and DomainSigningPrivateKey are required for the origin EXTERNAL.',
    );
}

/** Returns whether a name is a domain of at least two labels, in lower case. */
export const isDomain = (name: string): boolean =>
  name.length <= 253 && /^([a-z0-9_-]{1,63}\.)+[a-z0-9_-]{1,63}$/.test(name);
const MAX_TAGS = 50;

/**
 * @throws AwsError BadRequestException for a name that is neither a domain nor an address, or for a repeated tag key
 */
export function checkNewIdentity(name: string, tags: readonly { readonly Key: string }[] = []): void {
  if (!isDomain(name.replace(/^[^@\s]+@/, ''))) throw badRequest(`Invalid email identity: ${name}`);
  if (new Set(tags.map(({ Key }) => Key)).size < tags.length) throw badRequest('Duplicate tag keys.');
  if (tags.length > MAX_TAGS) throw badRequest(`An identity has ${MAX_TAGS} tags at most.`);
}
