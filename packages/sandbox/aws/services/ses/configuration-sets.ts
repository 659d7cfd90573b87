import type { SandboxCore } from '../../core';
import { type Common, operationsOf } from '../../operations';
import type { ResourceTags } from '../../resource-tags';
import { AwsError, type CallContext, type Operation } from '../../service';

export interface ConfigurationSet {
  readonly tags: ResourceTags;
}

export class ConfigurationSetStore {
  readonly sets = new Map<string, ConfigurationSet>();

  static arn(name: string, { region, accountId }: CallContext): string {
    return `arn:aws:ses:${region}:${accountId}:configuration-set/${name}`;
  }

  /** @throws AwsError NotFoundException */
  require(name: string, context: CallContext): ConfigurationSet {
    const set = this.sets.get(ConfigurationSetStore.arn(name, context));
    if (!set) throw new AwsError('NotFoundException', `Configuration set <${name}> does not exist.`, 404);
    return set;
  }
}

/** Configuration sets, as far as an identity can name one. */
export function configurationSetOperations(
  store: ConfigurationSetStore,
  newTags: SandboxCore['resourceTags'],
): Record<string, Operation> {
  const arn = (input: any, context: CallContext) =>
    ConfigurationSetStore.arn(input.ConfigurationSetName, context);
  const common: Common = {
    resource: arn,
    resourceTags: (input, context) => store.sets.get(arn(input, context))?.tags.arrived ?? {},
  };
  return operationsOf('ses', common, {
    CreateConfigurationSet(input, context) {
      if (store.sets.has(arn(input, context))) {
        const message = `Configuration set <${input.ConfigurationSetName}> already exists.`;
        throw new AwsError('AlreadyExistsException', message);
      }
      store.sets.set(arn(input, context), { tags: newTags(input.Tags) });
    },
  });
}
