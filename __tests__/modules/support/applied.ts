import { readFileSync } from 'node:fs';
import path from 'node:path';
import { APPLIED_OUTPUT } from '../../../list/domain-list';

/** What the engine keeps of the resources that one block makes. */
interface StateBlock {
  readonly module?: string;
  readonly mode: 'managed' | 'data';
  readonly type: string;
  readonly name: string;
  readonly instances: readonly {
    readonly attributes: Record<string, unknown>;
    readonly dependencies?: readonly string[];
  }[];
}

interface StateResource {
  readonly address: string;
  readonly module?: string;
  readonly mode: 'managed' | 'data';
  readonly type: string;
  readonly values: Record<string, unknown>;
  readonly dependsOn: readonly string[];
}

/** A resource as the engine made it, whatever it is called in the configuration. */
export interface Applied {
  /** Its type, and what tells it from others of that type. */
  readonly what: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly after: readonly string[];
}

/** Resources of a state that lies in this folder: to have the engine show it would take a run of it. */
function stateIn(folder: string): StateResource[] {
  const { resources } = JSON.parse(readFileSync(path.join(folder, 'terraform.tfstate'), 'utf8'));
  // The stack of a list says at its end what was applied; a module has no list.
  const made = (resources as StateBlock[]).filter(({ name }) => name !== APPLIED_OUTPUT);
  return made.flatMap(({ module, mode, type, name, instances }) =>
    instances.map(({ attributes, dependencies = [] }) => ({
      address: [module, mode === 'data' && 'data', type, name].filter(Boolean).join('.'),
      ...(module && { module }),
      mode,
      type,
      values: attributes,
      dependsOn: dependencies,
    })),
  );
}

/** A value whose type the schema leaves open lies beside its type. */
const isTyped = (value: object): value is { readonly value: unknown } =>
  Object.keys(value).sort().join() === 'type,value';

/** A subscription's ARN ends with an id that SNS makes. */
const SUBSCRIPTION = /^(arn:aws:sns:[^:]+:\d+:[^:]+):[0-9a-f-]{36}$/;

/**
 * What the engine's state in a folder holds, in a form that two configurations of the same thing share.
 * @param module whose resources. @default all
 */
export function applied(folder: string, module?: string): Applied[] {
  const all = stateIn(folder);
  const resources = module === undefined ? all : all.filter((each) => each.module === `module.${module}`);
  const attempts = resources.filter(({ type }) => type === 'terraform_data').map(({ values: { id } }) => id);
  const stacks = resources.flatMap(({ values: { input } }) =>
    /"Baseline"/.test(`${input}`) ? [JSON.parse(`${input}`).id] : [],
  );
  const plain = (value: unknown): unknown => {
    if (typeof value === 'string') {
      // A first deploy's token is of its day.
      if (stacks.includes(value)) return 'THE-STACK';
      const text = attempts.includes(value)
        ? 'THE-ATTEMPT'
        : value.replace(/^untouched-\w+$/, 'UNTOUCHED').replace(SUBSCRIPTION, '$1:THE-SUBSCRIPTION');
      return /^[{[]/.test(text) ? plain(JSON.parse(text)) : text;
    }
    if (Array.isArray(value)) return value.map(plain);
    if (typeof value !== 'object' || value === null) return value;
    if (isTyped(value)) return plain(value.value);
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plain(each)]));
  };
  const kinds = new Map(all.map((resource) => [resource.address, kindOf(resource)]));
  return resources
    .map((resource) => {
      return {
        what: nameOf(resource),
        values: plain(said(resource)) as Record<string, unknown>,
        after: isOneOfSeveral(resource)
          ? []
          : [...new Set(resource.dependsOn.flatMap((address) => kinds.get(address) ?? []))].sort(),
      };
    })
    .sort((a, b) => (a.what < b.what ? -1 : 1));
}

/** What AWS, or the machine, makes of it anew each time. */
const ANEW = new Set([
  'id',
  'result',
  'dkim_signing_attributes',
  'unique_id',
  'filename',
  'create_date',
  'creation_date',
  'last_modified',
  'last_modification_date',
  'last_updated',
]);

const said = ({ values }: StateResource): Record<string, unknown> =>
  Object.fromEntries(Object.entries(values).filter(([name]) => !ANEW.has(name)));

/** Attributes that tell resources of a type apart. */
const NAMES = ['name', 'email_identity', 'alarm_name', 'bucket', 'function_name'];

function nameOf({ mode, type, values }: StateResource): string {
  const { input } = values;
  const { resource, selector } = typeof input === 'string' && input.startsWith('{') ? JSON.parse(input) : {};
  const which = resource === 'DkimKey' ? `${resource} ${selector}` : resource;
  return [mode === 'data' && 'data', type, which ?? NAMES.map((name) => values[name]).find(Boolean)]
    .filter(Boolean)
    .join(' ');
}

/** Of several by one block, as HCL makes them, the engine knows no order of its own for each. */
const isOneOfSeveral = (resource: StateResource): boolean => kindOf(resource) !== nameOf(resource);

/** Its name, without what tells it from others that one block makes. */
const kindOf = (resource: StateResource): string =>
  nameOf(resource)
    .replace(/ \S+\._domainkey\.\S+$/, '')
    .replace(/(?<= DkimKey) .+/, '')
    .replace(/(?<=^aws_(?:sns_topic|cloudwatch_metric_alarm)) .+/, '');
