import { randomBytes } from 'node:crypto';
import type { SandboxCore } from '../../core';
import { type Common, operationsOf } from '../../operations';
import type { ResourceTags } from '../../resource-tags';
import { AwsError, type CallContext, type Operation } from '../../service';
import { badRequest } from './validation';

interface Endpoint {
  readonly EndpointName: string;
  readonly EndpointId: string;
  /** The primary one, then the other. */
  readonly Regions: readonly [string, string];
  readonly CreatedTimestamp: Date;
  readonly LastUpdatedTimestamp: Date;
  readonly tags: ResourceTags;
}

/** Global endpoints, by primary region and name: each splits mail between two regions. */
export type Endpoints = Map<string, Endpoint>;

export const endpointArn = ({ EndpointId, Regions: [region] }: Endpoint, accountId: string): string =>
  `arn:aws:ses:${region}:${accountId}:multi-region-endpoint/${EndpointId}`;

export function multiRegionEndpointOperations(
  endpoints: Endpoints,
  newTags: SandboxCore['resourceTags'],
): Record<string, Operation> {
  const find = ({ EndpointName }: any, { region }: CallContext) => endpoints.get(`${region}/${EndpointName}`);
  const common: Common = {
    resource: (input, context) => {
      const found = find(input, context);
      return found ? endpointArn(found, context.accountId) : '*';
    },
    resourceTags: (input, context) => find(input, context)?.tags.arrived ?? {},
    conditionKeys: () => ({ 'ses:ApiVersion': '2' }),
  };
  return operationsOf('ses', common, {
    CreateMultiRegionEndpoint(input, context) {
      const { EndpointName, Details, Tags } = input;
      const [secondary, ...more] = Details.RoutesDetails.map(({ Region }: any) => Region);
      if (secondary === undefined || more.length > 0 || secondary === context.region)
        throw badRequest('RoutesDetails must contain exactly one region, which is not the primary one.');
      if (find(input, context))
        throw new AwsError('AlreadyExistsException', `Endpoint <${EndpointName}> already exists.`);
      const at = new Date(context.clock.now());
      const EndpointId = `${randomBytes(5).toString('hex')}.${randomBytes(2).toString('hex')}`;
      endpoints.set(`${context.region}/${EndpointName}`, {
        ...{ EndpointName, EndpointId, Regions: [context.region, secondary], tags: newTags(Tags) },
        ...{ CreatedTimestamp: at, LastUpdatedTimestamp: at },
      });
      return { Status: 'CREATING', EndpointId };
    },
    ListMultiRegionEndpoints: {
      resource: () => '*',
      run: (_input, { region }) => ({
        MultiRegionEndpoints: [...endpoints.values()]
          .filter(({ Regions }) => Regions[0] === region)
          .map(({ tags: _, ...shown }) => ({ ...shown, Status: 'READY' })),
      }),
    },
  });
}
