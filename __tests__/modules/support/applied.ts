import type { Workplace } from '../../support/workplace';

interface StateResource {
  readonly address: string;
  readonly mode: 'managed' | 'data';
  readonly type: string;
  readonly values: Record<string, unknown>;
  readonly depends_on?: readonly string[];
}

/** A resource as the engine made it, whatever it is called in the configuration. */
export interface Applied {
  /** Its type, and what tells it from others of that type. */
  readonly what: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly after: readonly string[];
}

/** What the engine's state holds, in a form that two configurations of the same thing share. */
export async function applied(workplace: Workplace, folder: string): Promise<Applied[]> {
  const { output } = await workplace.engineIn(folder, 'show', '-json');
  const { values } = JSON.parse(output.slice(output.indexOf('{')));
  const modules = [values.root_module, ...(values.root_module.child_modules ?? [])];
  const resources: StateResource[] = modules.flatMap(({ resources = [] }) => resources);
  const attempts = resources.filter(({ type }) => type === 'terraform_data').map(({ values: { id } }) => id);
  const plain = (value: unknown): unknown => {
    if (typeof value === 'string') {
      const text = attempts.includes(value) ? 'THE-ATTEMPT' : value;
      return /^[{[]/.test(text) ? plain(JSON.parse(text)) : text;
    }
    if (Array.isArray(value)) return value.map(plain);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plain(each)]));
  };
  const kinds = new Map(resources.map((resource) => [withoutKey(resource.address), kindOf(resource)]));
  return resources
    .map((resource) => {
      return {
        what: nameOf(resource),
        values: plain(said(resource)) as Record<string, unknown>,
        after: isOneOfSeveral(resource)
          ? []
          : [
              ...new Set(
                (resource.depends_on ?? []).flatMap((address) => kinds.get(withoutKey(address)) ?? []),
              ),
            ].sort(),
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

const withoutKey = (address: string): string => address.replace(/\[[^\]]*\]$/, '');
