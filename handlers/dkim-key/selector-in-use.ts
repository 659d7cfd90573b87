import { recordName, s3Uri } from '../contract/contract';
import type { SigningRequest } from '../contract/event';
import { byReason } from '../dns/wording';
import { ByodkimError } from '../errors/errors';
import type { RsaPublicKey } from '../key/public-key';
import { gateWorld, type World } from '../world';

/**
 * Asks DNS once whether the name of a selector already has the record of another key, which the record of a new key would
 * replace.
 * @param made the key whose record will be published there
 * @param replaced fingerprint of the key that it replaces
 * @returns a warning if no server answers, so that it is unknown. A name that does not exist is free
 * @throws ByodkimError SELECTOR_IN_USE
 */
export async function requireFreeSelector(
  world: World,
  { domain, selector, gate, keyStore: { bucket, privateKey: key } }: SigningRequest,
  made: RsaPublicKey,
  replaced?: string,
): Promise<readonly string[]> {
  const { servers } = await world.prove(
    { domain, selector, expected: made, ...gate, waitSeconds: 0 },
    gateWorld(world),
  );
  const name = recordName(domain, selector);
  const others = servers.filter(
    ({ verdict, fingerprint }) =>
      verdict === 'other-value' && (fingerprint === undefined || fingerprint !== replaced),
  );
  if (others.length > 0) {
    const place = s3Uri({ bucket, key });
    throw new ByodkimError('SELECTOR_IN_USE', {
      what:
        `Selector ${selector} of ${domain} is in use: expected no key at ${name}, found another one on ` +
        `${others.length} of ${servers.length} servers: ${byReason(others)}. No key was made.`,
      details: {
        recordName: name,
        place,
        found: [...new Set(others.flatMap(({ fingerprint }) => fingerprint ?? []))],
        servers: others,
      },
    });
  }
  const isKnown = servers.some(({ verdict }) => verdict !== 'unreachable');
  return isKnown
    ? []
    : [
        `Whether ${name} is in use is unknown: ${servers.length === 0 ? 'no name server was found' : byReason(servers)}. ` +
          'If a record of another key is published there, use another selector.',
      ];
}
