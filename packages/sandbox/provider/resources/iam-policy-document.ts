import { createHash } from 'node:crypto';
import { AttributeError, type DataSource, type State } from '../resource';
import { computed, listBlock, optional, required, STRING_SET, STRINGS, setBlock } from '../schema/schema';
import { ID } from './common';

const PRINCIPAL = { identifiers: required(STRING_SET), type: required('string') };

/** `data "aws_iam_policy_document"`: a policy in JSON, statements in the order of the configuration. */
export const iamPolicyDocument: DataSource = {
  block: {
    attributes: {
      ...ID,
      json: computed('string'),
      minified_json: computed('string'),
      override_json: optional('string'),
      override_policy_documents: optional(STRINGS),
      policy_id: optional('string'),
      source_json: optional('string'),
      source_policy_documents: optional(STRINGS),
      version: optional('string'),
    },
    blocks: {
      statement: listBlock({
        attributes: {
          actions: optional(STRING_SET),
          effect: optional('string'),
          not_actions: optional(STRING_SET),
          not_resources: optional(STRING_SET),
          resources: optional(STRING_SET),
          sid: optional('string'),
        },
        blocks: {
          condition: setBlock({
            test: required('string'),
            values: required(STRINGS),
            variable: required('string'),
          }),
          not_principals: setBlock(PRINCIPAL),
          principals: setBlock(PRINCIPAL),
        },
      }),
    },
  },
  validate: (config) => {
    for (const unsupported of ['override_json', 'source_json']) {
      if (config[unsupported] !== null) {
        throw new AttributeError(unsupported, `${unsupported} is gone; use the list of policy documents`);
      }
    }
  },
  read: async (_context, config) => {
    const own = config.statement.map(statementOf);
    const document = {
      Version: config.version ?? '2012-10-17',
      ...(config.policy_id && { Id: config.policy_id }),
      Statement: merged(
        [...statementsOf(config.source_policy_documents), ...own],
        statementsOf(config.override_policy_documents),
      ),
    };
    const json = JSON.stringify(document, null, 2);
    return { id: idOf(json), json, minified_json: JSON.stringify(document), version: document.Version };
  },
};

type Statement = Record<string, any>;

function statementOf(block: State): Statement {
  return {
    ...(block.sid && { Sid: block.sid }),
    Effect: block.effect ?? 'Allow',
    ...listed('Action', block.actions),
    ...listed('NotAction', block.not_actions),
    ...listed('Resource', block.resources),
    ...listed('NotResource', block.not_resources),
    ...principals('Principal', block.principals),
    ...principals('NotPrincipal', block.not_principals),
    ...conditions(block.condition),
  };
}

/** One alone stands for itself; several are listed backwards, as the provider does. */
const oneOrMany = (values: readonly string[]): string | string[] =>
  values.length === 1 ? values[0]! : [...values].sort().reverse();

const listed = (key: string, values: string[] | null): Statement =>
  values && values.length > 0 ? { [key]: oneOrMany(values) } : {};

function principals(key: string, blocks: State[]): Statement {
  if (blocks.length === 0) return {};
  const [first] = blocks;
  if (blocks.length === 1 && first?.type === '*') return { [key]: '*' };
  const byType: Record<string, string[]> = {};
  for (const { type, identifiers } of blocks) byType[type] = [...(byType[type] ?? []), ...identifiers];
  return {
    [key]: Object.fromEntries(Object.entries(byType).map(([type, names]) => [type, oneOrMany(names)])),
  };
}

function conditions(blocks: State[]): Statement {
  if (blocks.length === 0) return {};
  const byTest: Record<string, Record<string, string[]>> = {};
  for (const { test, variable, values } of blocks) {
    const tests = byTest[test] ?? {};
    byTest[test] = tests;
    tests[variable] = [...(tests[variable] ?? []), ...values];
  }
  const shortened = Object.entries(byTest).map(([test, variables]) => [
    test,
    Object.fromEntries(
      Object.entries(variables).map(([name, values]) => [name, values.length === 1 ? values[0] : values]),
    ),
  ]);
  return { Condition: Object.fromEntries(shortened) };
}

const statementsOf = (documents: string[] | null): Statement[] =>
  (documents ?? []).filter(Boolean).flatMap((text) => [JSON.parse(text).Statement ?? []].flat());

/** A statement that overrides replaces the one of its Sid, or is added. */
function merged(base: Statement[], overrides: Statement[]): Statement[] {
  const result = [...base];
  for (const override of overrides) {
    const index = override.Sid ? result.findIndex(({ Sid }) => Sid === override.Sid) : -1;
    if (index >= 0) result[index] = override;
    else result.push(override);
  }
  return result;
}

const idOf = (json: string): string =>
  String(Number.parseInt(createHash('sha1').update(json).digest('hex').slice(0, 8), 16));
