import * as z from 'zod';
import { CONTROL_SETTINGS } from '../../constructs/control-settings';
import { DOMAIN_PATTERN } from '../../handlers/contract';
import { type Block, isBlock, type Setting, type Table } from '../../handlers/setting';
import { ALLOWANCES, EVENT_SETTINGS, SETTINGS } from '../../handlers/settings';
import type { GeneratedDocument } from './document';

/** A variable of an HCL module. */
interface Variable {
  readonly describe: string;
  readonly type: string;
  /** In HCL; absent: the caller must give it. */
  readonly fallback?: string;
  readonly checks?: readonly { readonly condition: string; readonly message: string }[];
}
type Variables = Readonly<Record<string, Variable>>;

const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Writes text as HCL does, in which an expression would begin with a dollar or percent sign. */
const quoted = (value: string): string => JSON.stringify(value).replaceAll(/([$%])\{/g, '$1$1{');

/** Returns what a schema allows, in the words of its own errors; of a list, what each of its items may be as well. */
function allowedBy({ schema }: Setting): string {
  const wordsFor = (value: unknown) => schema.safeParse(value).error!.issues[0]!.message;
  const [whole, item] = [wordsFor(Symbol('none')), wordsFor([Symbol('none')])];
  return item === whole ? whole : `${whole}: ${item}`;
}

/**
 * Returns a condition in HCL for a value; undefined if there is none to be said: the function checks it all the same.
 * @param at the value in HCL
 */
function conditionOf(schema: any, at: string): string | undefined {
  const { pattern, minimum, maximum, items, minItems, maxItems } = schema;
  const options: readonly unknown[] | undefined = schema.enum;
  if (options) return `contains(${JSON.stringify(options).replaceAll(',', ', ')}, ${at})`;
  if (pattern !== undefined) return matches(pattern, at);
  if (minimum !== undefined) return `${at} >= ${minimum} && ${at} <= ${maximum}`;
  if (items === undefined) return undefined;
  const each = conditionOf(items, 'each');
  const sizes = [minItems && `length(${at}) >= ${minItems}`, maxItems && `length(${at}) <= ${maxItems}`];
  return (
    [...sizes, each && `alltrue([for each in ${at} : ${each}])`].filter(Boolean).join(' && ') || undefined
  );
}

/**
 * RE2 has no look-around: a length becomes a condition of its own, and the function checks the rest. It repeats at most
 * 1,000 times.
 */
function matches(pattern: string, at: string): string | undefined {
  if (/\{\d+,\d{4,}\}/.test(pattern)) return undefined;
  const [, least, most] = /\(\?=\.\{(\d+),(\d+)\}\$\)/.exec(pattern) ?? [];
  const regex = `can(regex(${quoted(pattern.replaceAll(/\(\?[=!](?:[^()]|\([^()]*\))*\)/g, ''))}, ${at}))`;
  return least === undefined ? regex : `${regex} && length(${at}) >= ${least} && length(${at}) <= ${most}`;
}

const TYPES: Readonly<Record<string, string>> = { string: 'string', boolean: 'bool', integer: 'number' };

function variableOf(name: string, setting: Setting): Variable {
  const schema: any = z.toJSONSchema(setting.schema);
  const type = schema.type === 'array' ? 'list(string)' : (TYPES[schema.type] ?? 'any');
  const condition = conditionOf(schema, `var.${name}`);
  const message = `${name}: expected ${allowedBy(setting)}.`;
  return {
    describe: setting.describe,
    type,
    fallback: 'null',
    checks: condition ? [{ condition: optional(`var.${name}`, condition), message }] : [],
  };
}

/** A value that was not given, or is not known yet, is right. */
const optional = (at: string, condition: string): string =>
  `try(${at}, null) == null || try(${condition}, false)`;

/** An object type would drop a misspelt attribute in silence, so a block has any, and its keys are checked. */
function variableOfBlock(name: string, block: Block<Table>, nameOf = snake): Variable {
  const settings = Object.entries(block.settings).filter(([each]) => each !== 'roleArn');
  const keys = settings.map(([each]) => nameOf(each));
  const known = `length(setsubtract(keys(var.${name}), ${JSON.stringify(keys).replaceAll(',', ', ')})) == 0`;
  const leaves = settings.flatMap(([each, setting]) => {
    if (isBlock(setting)) return [];
    const at = `var.${name}.${nameOf(each)}`;
    const condition = conditionOf(z.toJSONSchema(setting.schema), at);
    const message = `${name}.${nameOf(each)}: expected ${allowedBy(setting)}.`;
    return condition ? [{ condition: optional(at, condition), message }] : [];
  });
  const words = settings.map(([each, { describe }]) => `${nameOf(each)}: ${describe}`);
  return {
    describe: [block.describe, ...words].join(' '),
    type: 'any',
    fallback: 'null',
    checks: [
      {
        condition: `var.${name} == null || try(${known}, false)`,
        message: `${name}: expected an object of ${keys.join(', ')}, and nothing else.`,
      },
      ...leaves,
    ],
  };
}

const ofTable = (table: Table, nameOf = snake): Variables =>
  Object.fromEntries(
    Object.entries(table).map(([each, entry]) => {
      const name = snake(each);
      return [name, isBlock(entry) ? variableOfBlock(name, entry, nameOf) : variableOf(name, entry)];
    }),
  );

function print([name, { describe, type, fallback, checks = [] }]: [string, Variable]): string {
  const lines = [
    `  description = ${quoted(describe)}`,
    `  type        = ${type}`,
    ...(fallback === undefined ? [] : [`  default     = ${fallback}`]),
    ...(fallback === undefined || fallback === 'null' ? [] : ['  nullable    = false']),
    ...checks.flatMap(({ condition, message }) => [
      '',
      '  validation {',
      `    condition     = ${condition}`,
      `    error_message = ${quoted(message)}`,
      '  }',
    ]),
  ];
  return `variable "${name}" {\n${lines.join('\n')}\n}\n`;
}

const file = (module: string, variables: Variables): GeneratedDocument => ({
  path: `modules/${module}/variables.tf`,
  generate: () =>
    [
      '# Generated from the rows of the settings: npm run docs.\n',
      ...Object.entries(variables).map(print),
    ].join('\n'),
});

const { selectorNaming: _naming, sendEmailRoles: _roles, selector, identity, ...others } = SETTINGS;
const rows = ofTable(others);
const by = (
  variables: Variables,
  name: string,
  ...checks: readonly NonNullable<Variable['checks']>[number][]
): Variables => ({
  [name]: { ...variables[name]!, checks: [...(variables[name]!.checks ?? []), ...checks] },
});

/** What is HCL's own stands here; everything else is a row of the settings. */
const DOMAIN: Variables = {
  domain: {
    describe: 'The domain, an IDN in A-labels (xn--…).',
    type: 'string',
    checks: [
      {
        condition: matches(DOMAIN_PATTERN.source, 'var.domain')!,
        message:
          'domain: expected a domain in lower case, an IDN in A-labels, such as example.com or xn--bcher-kva.example.',
      },
    ],
  },
  selector: { ...variableOf('selector', selector), fallback: undefined },
  function_name: {
    describe: "Name of the control plane's function. It has to be known when the plan is made.",
    type: 'string',
    fallback: '"ses-byodkim"',
  },
  ready_function_arn: {
    describe:
      'Where the control plane is in the same configuration: its output of this name, so that the plan does not ask the function before it is there.',
    type: 'string',
    fallback: 'null',
  },
  identity: {
    describe:
      'managed: this module makes the SES identity, and destroys it. existing: it is found, and left; it must carry the tag byodkim = managed, or the function may not change it. Default: managed.',
    type: 'string',
    fallback: '"managed"',
    checks: [
      {
        condition: 'contains(["managed", "existing"], var.identity)',
        message: 'identity: expected managed or existing.',
      },
    ],
  },
  ...rows,
  create_key: { ...rows.create_key!, fallback: 'false' },
  drift_detection: { ...rows.drift_detection!, fallback: 'true' },
  tags: { ...rows.tags!, type: 'map(string)', fallback: '{}' },
  ...by(rows, 'confirm_timeout_minutes', {
    condition: 'var.confirm_timeout_minutes != 1',
    message:
      'confirm_timeout_minutes: expected at least 2 (a schedule is precise to a minute), or 0 for never.',
  }),
  ...by(rows, 'mail_from', {
    condition: 'var.mail_from == null || try(var.mail_from.subdomain, null) != null',
    message: 'mail_from.subdomain: expected what stands before the domain, in lower case, such as bounce.',
  }),
  ...by(rows, 'senders', {
    condition: 'var.senders == null || try(length(keys(var.senders)) > 0, false)',
    message: 'senders: expected an object of accounts, organization, or both.',
  }),
  record: {
    ...by(
      rows,
      'record',
      {
        condition:
          'try(var.record.delegation, null) == null || try(length(var.record.delegation.zone) > 0 && length(toset(var.record.delegation.selectors)) == 2 && length(var.record.delegation) == 2, false)',
        message: 'record.delegation: expected zone, and two different selectors, and nothing else.',
      },
      {
        condition:
          'try(var.record.delegation, null) == null || try(contains(keys(var.record), "hosted_zone_id"), false)',
        message:
          'record.hosted_zone_id: expected with record.delegation the id of the zone that the aliases lead into.',
      },
    ).record!,
    describe: `${rows.record!.describe} The records are published through the provider aws.zone; without hosted_zone_id, publish the output records yourself, and hand what publishes them to record_published.`,
  },
  record_published: {
    describe:
      'What publishes the output records elsewhere: attributes of those resources. The gate waits for them.',
    type: 'any',
    fallback: 'null',
  },
  confirm_after: {
    describe:
      'What else must have succeeded before the change is confirmed: attributes of those resources. What is left out here is not waited for.',
    type: 'any',
    fallback: 'null',
  },
};

const { keyStore, notices, topics, audit, dashboard, logRetentionDays } = CONTROL_SETTINGS;
const asInEvents = (name: string): string => name;

const CONTROL: Variables = {
  function_name: {
    describe:
      'Name of the function; domains find it by this name. Never change it: domains keep calling the old one.',
    type: 'string',
    fallback: '"ses-byodkim"',
    checks: [
      {
        condition: 'can(regex("^[A-Za-z0-9][A-Za-z0-9-_]{0,39}$", var.function_name))',
        message:
          'function_name: expected 1 to 40 letters, digits, - and _, the first one a letter or digit: the roles are named after it, and after the region.',
      },
    ],
  },
  zip: {
    describe:
      "The function's code: dist/handler.zip of `npm run build` or of the package. Default: handler.zip beside this module, as in the archive of a release.",
    type: 'string',
    fallback: 'null',
  },
  zip_sha256: {
    describe:
      'SHA-256 of that zip, in hexadecimal, as published beside it. A zip that differs is refused. Default: it is taken as it is.',
    type: 'string',
    fallback: 'null',
  },
  region: {
    describe:
      "Region. Give it where an account has control planes in several: role names carry it. Default: the provider's.",
    type: 'string',
    fallback: 'null',
  },
  bucket: {
    describe:
      "The key store's bucket: name of a new one, or existing, which is left as it is. Default: a new one, named after the function.",
    type: 'any',
    fallback: '{}',
    checks: [
      {
        condition: 'try(length(setsubtract(keys(var.bucket), ["name", "existing"])) == 0, false)',
        message: 'bucket: expected an object of name, existing, and nothing else.',
      },
      {
        condition:
          'try(lookup(var.bucket, "name", null) == null || lookup(var.bucket, "existing", null) == null, true)',
        message: 'bucket: expected name of a new one, or existing, not both.',
      },
    ],
  },
  protect_keys: { ...variableOf('protect_keys', keyStore.settings.protect), fallback: 'true' },
  key_readers: { ...variableOf('key_readers', keyStore.settings.readers), fallback: '[]' },
  also_read: variableOf('also_read', keyStore.settings.alsoRead),
  kms_key_arn: variableOf('kms_key_arn', keyStore.settings.kmsKeyArn),
  topics: { ...variableOfBlock('topics', topics), fallback: '{}' },
  notice_language: { ...variableOf('notice_language', notices.settings.language), fallback: '"en"' },
  notice_contact: { describe: notices.settings.contact.describe, type: 'string', fallback: '""' },
  gate: variableOfBlock('gate', EVENT_SETTINGS.gate as Block<Table>, asInEvents),
  allow: variableOfBlock('allow', { ...CONTROL_SETTINGS.allow, settings: ALLOWANCES }, asInEvents),
  audit: { ...variableOfBlock('audit', audit), fallback: '{}' },
  dashboard: { ...variableOf('dashboard', dashboard), fallback: 'false' },
  log_retention_days: {
    ...variableOf('log_retention_days', logRetentionDays),
    type: 'number',
    fallback: '365',
  },
  environment: { describe: 'Further variables for the function.', type: 'map(string)', fallback: '{}' },
  tags: { describe: 'Tags of everything that can have them.', type: 'map(string)', fallback: 'null' },
};

export const domainVariables = file('domain', DOMAIN);
export const controlVariables = file('control', CONTROL);
