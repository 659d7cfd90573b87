import * as z from 'zod';
import { CONTROL_SETTINGS } from '../../constructs/control-settings';
import { isBlock, type Setting, type Table } from '../../handlers/contract/settings/setting';
import { ALLOWANCES, EVENT_SETTINGS, SETTINGS } from '../../handlers/contract/settings/settings';
import type { GeneratedDocument } from './document';
import { quoted } from './hcl';
import { allowedBy, textOf } from './words';

/** A variable of an HCL module. */
interface Variable {
  readonly describe: string;
  readonly type: string;
  /** The default in HCL; absent for a required variable. */
  readonly fallback?: string;
  /** Error messages by their conditions. */
  readonly checks: Readonly<Record<string, string>>;
}
type Variables = Readonly<Record<string, Variable>>;

const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/**
 * Returns a condition in HCL for a value; undefined if HCL cannot express it, in which case only the function checks
 * it.
 * @param at the value in HCL
 */
function conditionOf(schema: any, at: string): string | undefined {
  const { pattern, minimum, maximum, items, minItems, maxItems, anyOf, properties } = schema;
  const options: readonly unknown[] | undefined = schema.enum;
  if (options) return `contains(${JSON.stringify(options).replaceAll(',', ', ')}, ${at})`;
  if (pattern !== undefined) return matches(pattern, at);
  if (minimum !== undefined) return `${at} >= ${minimum} && ${at} <= ${maximum}`;
  if (anyOf) return conditionOfAny(anyOf, at);
  if (properties) return conditionOfObject(properties, at);
  if (items === undefined) return undefined;
  const each = conditionOf(items, 'each');
  const sizes = [minItems && `length(${at}) >= ${minItems}`, maxItems && `length(${at}) <= ${maxItems}`];
  return (
    [...sizes, each && `alltrue([for each in ${at} : ${each}])`].filter(Boolean).join(' && ') || undefined
  );
}

/** Returns the condition for a value of one of these schemas, each of which HCL must be able to express. */
function conditionOfAny(schemas: readonly object[], at: string): string | undefined {
  const each = schemas.map((schema) => conditionOf(schema, at));
  if (each.includes(undefined)) return undefined;
  return each.map((condition) => `try(${condition}, false)`).join(' || ');
}

/** Returns the condition for an object with only these attributes. */
const conditionOfObject = (properties: Readonly<Record<string, object>>, at: string): string =>
  [
    `length(setsubtract(keys(${at}), ${JSON.stringify(Object.keys(properties)).replaceAll(',', ', ')})) == 0`,
    ...Object.entries(properties).map(([name, schema]) => conditionOf(schema, `${at}.${snake(name)}`)),
  ]
    .filter(Boolean)
    .join(' && ');

/**
 * RE2 has no look-around, so a length becomes a condition of its own, and the function checks the rest. RE2 also
 * repeats at most 1,000 times.
 */
function matches(pattern: string, at: string): string | undefined {
  if (/\{\d+,\d{4,}\}/.test(pattern)) return undefined;
  const [, least, most] = /\(\?=\.\{(\d+),(\d+)\}\$\)/.exec(pattern) ?? [];
  const regex = `can(regex(${quoted(pattern.replaceAll(/\(\?[=!](?:[^()]|\([^()]*\))*\)/g, ''))}, ${at}))`;
  return least === undefined ? regex : `${regex} && length(${at}) >= ${least} && length(${at}) <= ${most}`;
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'string',
  boolean: 'bool',
  integer: 'number',
  number: 'number',
  array: 'list(string)',
  object: 'map(string)',
};

/** Returns the type of a setting's values: `any` for one that takes values of several types, such as true or a list. */
const typeOf = ({ schema }: Setting): string => TYPES[(z.toJSONSchema(schema) as any).type] ?? 'any';

function variableOf(name: string, setting: Setting): Variable {
  const at = `var.${name}`;
  return {
    describe: textOf(setting),
    type: typeOf(setting),
    fallback: 'null',
    checks: checkOf(name, setting, at),
  };
}

/**
 * Returns the condition of a setting's schema on a variable, or on an attribute of one. A value that is omitted, or not known
 * yet, is valid.
 * @param found the value in HCL, which may be null, and nothing else for which the condition could fail
 */
function checkOf(name: string, setting: Setting, found: string): Variable['checks'] {
  const condition = conditionOf(z.toJSONSchema(setting.schema), `var.${name}`);
  return condition
    ? { [`${found} == null || try(${condition}, false)`]: `${name}: expected ${allowedBy(setting)}.` }
    : {};
}

/** Attributes without which their object means nothing. */
const REQUIRED = new Set<Table[string]>([SETTINGS.mailFrom.subdomain]);

/** An attribute that is misspelt is dropped: OpenTofu 1.11 and newer warn of it. */
function typeOfBlock(settings: readonly (readonly [string, Table[string]])[]): string {
  const width = Math.max(...settings.map(([name]) => snake(name).length));
  const attributes = settings.map(([name, entry]) => {
    const type = isBlock(entry) ? 'any' : typeOf(entry);
    return `    ${snake(name).padEnd(width)} = ${REQUIRED.has(entry) ? type : `optional(${type})`}`;
  });
  return ['object({', ...attributes, '  })'].join('\n');
}

function variableOfBlock(name: string, block: Table, meaning = textOf(block)): Variable {
  const settings = Object.entries(block).filter(([each]) => each !== 'roleArn');
  const leaves = settings.map(([each, setting]) => {
    const attribute = `${name}.${snake(each)}`;
    return isBlock(setting) ? {} : checkOf(attribute, setting, `try(var.${attribute}, null)`);
  });
  const words = settings.map(([each, setting]) => `${snake(each)}: ${textOf(setting)}`);
  return {
    describe: [meaning, ...words].join(' '),
    type: typeOfBlock(settings),
    fallback: 'null',
    checks: Object.assign({}, ...leaves),
  };
}

const ofTable = (table: Table): Variables =>
  Object.fromEntries(
    Object.entries(table).map(([each, entry]) => {
      const name = snake(each);
      return [name, isBlock(entry) ? variableOfBlock(name, entry) : variableOf(name, entry)];
    }),
  );

function print([name, { describe, type, fallback, checks }]: [string, Variable]): string {
  const lines = [
    ...printArguments([
      ['description', quoted(describe)],
      ['type', type],
      ...(fallback === undefined ? [] : [['default', fallback] as const]),
      ...(fallback === undefined || fallback === 'null' ? [] : [['nullable', 'false'] as const]),
    ]),
    ...Object.entries(checks).flatMap(([condition, message]) => [
      '',
      '  validation {',
      `    condition     = ${condition}`,
      `    error_message = ${quoted(message)}`,
      '  }',
    ]),
  ];
  return `variable "${name}" {\n${lines.join('\n')}\n}\n`;
}

/** Prints arguments as `terraform fmt` does, which aligns them up to one that takes several lines, and again after it. */
function printArguments(args: readonly (readonly [string, string])[]): string[] {
  const at = args.findIndex(([, value]) => value.includes('\n'));
  const groups = at < 0 ? [args] : [args.slice(0, at), args.slice(at, at + 1), args.slice(at + 1)];
  return groups.flatMap((group) => {
    const width = Math.max(...group.map(([name]) => name.length));
    return group.map(([name, value]) => `  ${name.padEnd(width)} = ${value}`);
  });
}

/** Adds the parts that a schema lacks: a default, a type, and conditions with their messages. */
const withMore = (variable: Variable, more: Partial<Variable>): Variable => ({
  ...variable,
  ...more,
  checks: { ...variable.checks, ...more.checks },
});

const { selectorNaming: _naming, sendEmailRoles: _roles, identity: _identity, ...settings } = SETTINGS;
const rows = ofTable(settings);

const DOMAIN: Variables = {
  ...rows,
  selector: withMore(rows.selector!, { fallback: undefined }),
  create_key: withMore(rows.create_key!, { fallback: 'false' }),
  tags: withMore(rows.tags!, { fallback: '{}' }),
  confirm_timeout_minutes: withMore(rows.confirm_timeout_minutes!, {
    checks: {
      'var.confirm_timeout_minutes != 1':
        'confirm_timeout_minutes: expected at least 2 (a schedule is precise to a minute), or 0 for never.',
    },
  }),
  senders: withMore(rows.senders!, {
    checks: {
      'var.senders == null || try(var.senders.accounts != null || var.senders.organization != null, false)':
        'senders: expected an object of accounts, organization, or both.',
    },
  }),
  record: withMore(rows.record!, {
    // An id that is not known yet could be null, but an attribute that is there cannot be absent: the plan needs to know which.
    type: 'any',
    describe: `${rows.record!.describe} The records are published through the provider aws.zone; without hosted_zone_id, publish the output records yourself, and pass the resources that publish them in record_published.`,
    checks: {
      'var.record == null || try(length(setsubtract(keys(var.record), ["hosted_zone_id", "previous_selectors", "delegation"])) == 0, false)':
        'record: expected an object of hosted_zone_id, previous_selectors, delegation, and nothing else.',
      'try(var.record.delegation, null) == null || try(length(var.record.delegation.zone) > 0 && length(toset(var.record.delegation.selectors)) == 2 && length(var.record.delegation) == 2, false)':
        'record.delegation: expected zone, and two different selectors, and nothing else.',
      'try(var.record.delegation, null) == null || try(contains(keys(var.record), "hosted_zone_id"), false)':
        'record.hosted_zone_id: expected with record.delegation the id of the zone that the aliases lead into.',
    },
  }),
};

const { keyStore, notices, topics, allow, audit, roles, dashboard, architecture, logRetentionDays } =
  CONTROL_SETTINGS;

const CONTROL: Variables = {
  protect_keys: withMore(variableOf('protect_keys', keyStore.protect), {
    describe: `${textOf(keyStore.protect)} Before you change it, move aws_s3_bucket.protected[0] to aws_s3_bucket.unprotected[0] in the state (README).`,
    fallback: 'true',
  }),
  key_readers: withMore(variableOf('key_readers', keyStore.readers), { fallback: '[]' }),
  key_writers: withMore(variableOf('key_writers', keyStore.writers), { fallback: '[]' }),
  also_read: variableOf('also_read', keyStore.alsoRead),
  kms_key_arn: variableOf('kms_key_arn', keyStore.kmsKeyArn),
  topics: withMore(variableOfBlock('topics', topics), { fallback: '{}' }),
  notice_language: withMore(variableOf('notice_language', notices.language), { fallback: '"en"' }),
  gate: variableOfBlock('gate', EVENT_SETTINGS.gate),
  allow: variableOfBlock('allow', ALLOWANCES, textOf(allow)),
  audit: withMore(variableOfBlock('audit', audit), { fallback: '{}' }),
  roles: withMore(variableOfBlock('roles', roles), { fallback: '{}' }),
  dashboard: withMore(variableOf('dashboard', dashboard), { fallback: 'false' }),
  architecture: withMore(variableOf('architecture', architecture), { fallback: '"arm64"' }),
  log_retention_days: withMore(variableOf('log_retention_days', logRetentionDays), { fallback: '365' }),
};

/** Settings that the domain module passes to the function unchanged. */
const { keyStore: keyStoreOfDomain } = SETTINGS;
const PASSED_ON: Table = { keyStore: keyStoreOfDomain, ...EVENT_SETTINGS };

/** Prints an HCL object with one attribute per line, aligning the names as `terraform fmt` does. */
function printObject(name: string, attributes: readonly (readonly [string, string])[]): string {
  const width = Math.max(...attributes.map(([each]) => each.length));
  return [
    `  ${name} = {`,
    ...attributes.map(([each, value]) => `    ${each.padEnd(width)} = ${value}`),
    '  }',
  ].join('\n');
}

/** Prints a map from names in HCL to names in events, without those that are equal. */
function printNames(tables: readonly Table[]): string {
  const names = new Set(tables.flatMap((table) => Object.keys(table)).filter((name) => snake(name) !== name));
  return printObject(
    'names_in_events',
    [...names].map((name) => [snake(name), quoted(name)]),
  );
}

/** Prints the variables of the settings that are passed on: blocks, or single values. */
const printVariables = (name: string, areBlocks: boolean): string =>
  printObject(
    name,
    Object.entries(PASSED_ON)
      .filter(([, entry]) => isBlock(entry) === areBlocks)
      .map(([each]) => [each, `var.${snake(each)}`]),
  );

/** Prints the part of an event that comes from the variables. */
const LOCALS: Readonly<Record<string, readonly string[]>> = {
  domain: [
    printVariables('blocks_in_events', true),
    printVariables('values_in_events', false),
    printNames(Object.values(PASSED_ON).filter(isBlock)),
  ],
  control: [printNames([EVENT_SETTINGS.gate, ALLOWANCES])],
};

/** The variables that are also settings of the list. Variables that only a module has are in own-variables.tf. */
export const moduleVariables: readonly GeneratedDocument[] = Object.entries({
  domain: DOMAIN,
  control: CONTROL,
}).map(([module, variables]) => ({
  path: `modules/${module}/variables.tf`,
  generate: () =>
    [
      '# Generated from the rows of the settings: npm run docs.\n',
      ...Object.entries(variables).map(print),
      `locals {\n${LOCALS[module]!.join('\n\n')}\n}\n`,
    ].join('\n'),
}));
