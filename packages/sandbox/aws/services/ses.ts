import type { ServiceFactory } from '../core';
import type { Service } from '../service';
import { ConfigurationSetStore, configurationSetOperations } from './ses/configuration-sets';
import { createLookup } from './ses/dns-lookup';
import { IdentityStore, identityOperations } from './ses/identities';
import type { TimelineEntry } from './ses/identity';
import { tagOperations } from './ses/tags';
import { createVerifier } from './ses/verification';

export interface SesService extends Service {
  /**
   * What the identity's mail was signed with, moment by moment, oldest first: mail went out unsigned while `enabled`
   * was false or `status` was neither SUCCESS nor TEMPORARY_FAILURE. Empty for an identity that never was; outlives its
   * deletion.
   * @default region the sandbox's
   */
  timeline(emailIdentity: string, region?: string): readonly TimelineEntry[];
}

/** Simple Email Service v2: identities and their DKIM, verified by looking up DNS. */
export const createSes: ServiceFactory<SesService> = (core) => {
  const identities = new IdentityStore();
  const configurationSets = new ConfigurationSetStore();
  const closing = new AbortController();
  core.onClose(() => closing.abort());
  const verifier = createVerifier({
    options: core.options.sesVerification ?? {},
    lookup: createLookup(core.options.dns ?? [], closing.signal),
    now: () => core.clock.now(),
    find: (region, name) => identities.find(region, name),
  });
  core.clock.subscribe(async () => {
    await Promise.all(identities.all().map((identity) => verifier.checkIfDue(identity)));
  });
  return {
    name: 'ses',
    operations: {
      ...identityOperations(identities, verifier),
      ...configurationSetOperations(configurationSets),
      ...tagOperations(identities, configurationSets),
    },
    timeline: (emailIdentity, region = core.region) => identities.timeline(region, emailIdentity),
  };
};
