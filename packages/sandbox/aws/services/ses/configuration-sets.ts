import type { SandboxCore } from '../../../contract/core';
import { type Common, operationsOf } from '../../../contract/operations';
import type { ResourceTags } from '../../../contract/resource-tags';
import { AwsError, type CallContext, type Operation } from '../../../contract/service';

export const configurationSetArn = (name: string, { region, accountId }: CallContext): string =>
  `arn:aws:ses:${region}:${accountId}:configuration-set/${name}`;

export type ConfigurationSets = Map<string, ResourceTags>;

/** Makes the operations on configuration sets, as far as an identity can name one. */
export function configurationSetOperations(
  sets: ConfigurationSets,
  newTags: SandboxCore['resourceTags'],
): Record<string, Operation> {
  const arn = (input: any, context: CallContext) => configurationSetArn(input.ConfigurationSetName, context);
  const common: Common = {
    resource: arn,
    resourceTags: (input, context) => sets.get(arn(input, context))?.arrived ?? {},
  };
  return operationsOf('ses', common, {
    CreateConfigurationSet(input, context) {
      if (sets.has(arn(input, context))) {
        const message = `Configuration set <${input.ConfigurationSetName}> already exists.`;
        throw new AwsError('AlreadyExistsException', message);
      }
      sets.set(arn(input, context), newTags(input.Tags));
    },
  });
}
