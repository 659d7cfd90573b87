/** What is left of a service's model. */
export interface TrimmedModel {
  readonly source: string;
  readonly licence: string;
  readonly metadata: Readonly<Record<string, any>>;
  readonly operations: Readonly<Record<string, any>>;
  /** Operations that AWS has and the sandbox has not: how to tell their requests. */
  readonly unserved: Readonly<Record<string, any>>;
  readonly shapes: Readonly<Record<string, any>>;
}

const METADATA = [
  'endpointPrefix',
  'protocol',
  'protocols',
  'serviceId',
  'signingName',
  'targetPrefix',
  'xmlNamespace',
  'jsonVersion',
  'awsQueryCompatible',
];
/** What the wire does not look at. */
const IDLE = new Set([
  'documentation',
  'deprecatedMessage',
  'synthetic',
  'sensitive',
  'box',
  'contextParam',
  'hostLabel',
  'xmlOrder',
  'fault',
  'union',
  'idempotencyToken',
]);

/**
 * @param wanted the operations that are kept whole, those that the model does not know left out
 * @param pagination how lists are paged, by operation
 */
export function trimModel(
  model: any,
  pagination: any,
  wanted: readonly string[],
  version: string,
): TrimmedModel {
  const kept = new Set<string>();
  const keep = (name: string | undefined): void => {
    if (name === undefined || kept.has(name)) return;
    kept.add(name);
    const { members = {}, member, key, value } = model.shapes[name];
    for (const ref of [...Object.values<any>(members), member, key, value]) keep(ref?.shape);
  };
  const operations: Record<string, any> = {};
  const unserved: Record<string, any> = {};
  for (const [name, operation] of Object.entries<any>(model.operations)) {
    const { http, input, output, errors = [], deprecated } = operation;
    const route = { http, needs: needsOf(model, input), ...(deprecated ? { deprecated } : {}) };
    if (!wanted.includes(name)) {
      // In the protocols with a single path the name is in the request itself.
      unserved[name] = model.metadata.protocol.startsWith('rest') ? route : {};
      continue;
    }
    const pages = pagination[name];
    operations[name] = { ...route, input, output, errors: errors.map(({ shape }: any) => shape), pages };
    for (const ref of [input, output, ...errors]) keep(ref?.shape);
  }
  const shapes = Object.fromEntries(
    Object.entries(model.shapes)
      .filter(([name]) => kept.has(name))
      .map(([name, shape]) => [name, withoutIdle(shape)]),
  );
  const metadata = Object.fromEntries(
    METADATA.filter((key) => key in model.metadata).map((key) => [key, model.metadata[key]]),
  );
  return { source: `botocore ${version}`, licence: 'Apache-2.0', metadata, operations, unserved, shapes };
}

/** Returns the headers and query parameters without which a request means another operation of the same path. */
function needsOf(model: any, input: any): readonly string[] {
  const { required = [], members = {} } = model.shapes[input?.shape] ?? {};
  return required
    .map((name: string) => members[name])
    .filter(({ location }: any) => location === 'header' || location === 'querystring')
    .map(
      ({ location, locationName }: any) => `${location === 'header' ? 'header' : 'query'}:${locationName}`,
    );
}

function withoutIdle(value: any): any {
  if (Array.isArray(value) || typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !IDLE.has(key))
      // Members are named by the service, not by the model's own words.
      .map(([key, entry]) => [
        key,
        key === 'members' ? mapValues(entry as object, withoutIdle) : withoutIdle(entry),
      ]),
  );
}

const mapValues = (value: object, change: (entry: any) => any) =>
  Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, change(entry)]));
