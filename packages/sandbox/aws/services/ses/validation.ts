import { AwsError } from '../../service';

export const badRequest = (message: string): AwsError => new AwsError('BadRequestException', message, 400);

const SELECTOR = /^(([a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))$/;
const PRIVATE_KEY = /^[a-zA-Z0-9+/]+={0,2}$/;

/** The constraints of `DkimSigningAttributes`; a private key is only held against its pattern. */
export function checkSigningAttributes(origin: string, attributes: any): void {
  const { DomainSigningSelector: selector, DomainSigningPrivateKey: privateKey } = attributes ?? {};
  const { NextSigningKeyLength: keyLength } = attributes ?? {};
  if (origin !== 'EXTERNAL' && origin !== 'AWS_SES' && !/^AWS_SES_[A-Z]+(_[A-Z]+)+_\d+$/.test(origin)) {
    throw badRequest(
      `Value '${origin}' at 'signingAttributesOrigin' failed to satisfy constraint: Member must satisfy enum value set`,
    );
  }
  if (origin !== 'EXTERNAL') {
    if (selector !== undefined || privateKey !== undefined) {
      throw badRequest('DomainSigningSelector and DomainSigningPrivateKey are for the origin EXTERNAL only.');
    }
    if (keyLength !== undefined && keyLength !== 'RSA_1024_BIT' && keyLength !== 'RSA_2048_BIT') {
      throw badRequest(
        "Value at 'nextSigningKeyLength' failed to satisfy constraint: Member must satisfy enum value set",
      );
    }
    return;
  }
  if (keyLength !== undefined) throw badRequest('NextSigningKeyLength is for the origin AWS_SES only.');
  if (selector === undefined || privateKey === undefined) {
    throw badRequest(
      'DomainSigningSelector and DomainSigningPrivateKey are required for the origin EXTERNAL.',
    );
  }
  if (selector.length > 63 || !SELECTOR.test(selector)) {
    throw badRequest(
      `Value '${selector}' at 'domainSigningSelector' failed to satisfy constraint: Member must satisfy regular expression pattern: ${SELECTOR.source}`,
    );
  }
  if (privateKey.length > 20480 || !PRIVATE_KEY.test(privateKey)) {
    throw badRequest(
      `Value at 'domainSigningPrivateKey' failed to satisfy constraint: Member must satisfy regular expression pattern: ${PRIVATE_KEY.source}`,
    );
  }
}

const IDENTITY = /^([^@\s]+@)?[a-z0-9_-]+(\.[a-z0-9_-]+)+$/;
const MAX_TAGS = 50;

/** @throws AwsError BadRequestException for what is neither a domain nor an address, or is tagged twice */
export function checkNewIdentity(name: string, tags: readonly { readonly Key: string }[] = []): void {
  if (!IDENTITY.test(name)) throw badRequest(`Invalid email identity: ${name}`);
  if (new Set(tags.map(({ Key }) => Key)).size < tags.length) throw badRequest('Duplicate tag keys.');
  if (tags.length > MAX_TAGS) throw badRequest(`An identity has ${MAX_TAGS} tags at most.`);
}
