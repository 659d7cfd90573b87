import { AwsError, type Operation } from '../../service';
import { tagOperations } from '../tagging';
import type { ConfigurationSetStore } from './configuration-sets';
import type { IdentityStore } from './identities';

/** Tags of identities and configuration sets, by ARN. */
export const sesTagOperations = (
  identities: IdentityStore,
  configurationSets: ConfigurationSetStore,
): Record<string, Operation> =>
  tagOperations({
    service: 'ses',
    find: (arn) =>
      (identities.all().find((identity) => identity.arn === arn) ?? configurationSets.sets.get(arn))?.tags,
    missing: (arn) => new AwsError('NotFoundException', `Resource ${arn} does not exist.`, 404),
  });
