import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { z } from 'zod';
import { ACTIONS, DETAIL_TYPES, EVENT_SOURCE } from '../../handlers/contract/contract';
import { DIRECT } from '../../handlers/contract/event';
import { baseline, resource } from '../../handlers/contract/event-schema';
import { isBlock, type Table } from '../../handlers/contract/setting';
import { EVENT_SETTINGS, SETTINGS } from '../../handlers/contract/settings';
import type { GeneratedDocument } from './document';

const CONTRACT = 'handlers/contract/contract.ts';

interface Schema {
  readonly [keyword: string]: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}

const schemaOf = (grammar: z.core.$ZodType): Schema => {
  const { $schema: _, ...schema } = z.toJSONSchema(grammar, { target: 'draft-7', io: 'input' }) as Schema;
  return described(schema, { keyStore: SETTINGS.keyStore, ...EVENT_SETTINGS });
};

const fromEngine = (): Schema => schemaOf(resource);
const ofBaseline = (): Schema => schemaOf(baseline);

/** Actions that take the same, and what they take. */
function direct(): { actions: string[]; schema: Schema }[] {
  const groups = new Map<z.core.$ZodType, string[]>();
  for (const [action, { takes }] of Object.entries(DIRECT))
    groups.set(takes, [...(groups.get(takes) ?? []), action]);
  return [...groups].map(([grammar, actions]) => ({
    actions,
    schema: withAction(actions, schemaOf(grammar)),
  }));
}

function withAction(actions: readonly string[], schema: Schema): Schema {
  const add = (each: Schema): Schema => ({
    ...each,
    properties: { action: { type: 'string', enum: actions }, ...each.properties },
    required: ['action', ...(each.required ?? [])],
  });
  const choices = (schema.oneOf ?? schema.anyOf) as readonly Schema[] | undefined;
  return choices ? { anyOf: choices.map(add) } : add(schema);
}

/** The schema with the words of settings; its other fields have their own. */
function described(schema: Schema, settings: Table): Schema {
  if (!schema.properties) return schema;
  const properties = Object.entries(schema.properties).map(([name, field]) => {
    const row = settings[name];
    const { description = row?.describe, ...rest } = described(
      field,
      row && isBlock(row) ? row.settings : {},
    );
    return [name, { ...(description !== undefined && { description }), ...rest }];
  });
  return { ...schema, properties: Object.fromEntries(properties) };
}

/** The docstrings of an interface of the contract, by field, and their types. */
function wordsOf(name: string): readonly (readonly [name: string, text: string, type: string])[] {
  const source = contract();
  const found = source.statements.find(
    (each): each is ts.InterfaceDeclaration => ts.isInterfaceDeclaration(each) && each.name.text === name,
  );
  return found!.members
    .filter(ts.isPropertySignature)
    .map((member) => [member.name.getText(source), docOf(member), member.type!.getText(source)]);
}

/** Returns a docstring in one line, its default at the end. */
function docOf(node: ts.Node): string {
  const doc = ts.getJSDocCommentsAndTags(node).find(ts.isJSDoc);
  const textOf = (comment: ts.JSDoc['comment']): string =>
    (ts.getTextOfJSDocComment(comment) ?? '')
      .replaceAll(/\{@link (\w+)\}/g, '`$1`')
      .replaceAll(/\s+/g, ' ')
      .trim();
  const text = textOf(doc?.comment);
  const fallback = textOf(doc?.tags?.find(({ tagName }) => tagName.text === 'default')?.comment);
  // That it is optional, the schema says.
  return fallback === '' || fallback === 'none' ? text : `${text} Default: ${fallback}.`.trim();
}

let parsed: ts.SourceFile | undefined;
function contract(): ts.SourceFile {
  parsed ??= ts.createSourceFile(CONTRACT, readFileSync(CONTRACT, 'utf8'), ts.ScriptTarget.ES2022, true);
  return parsed;
}

/** What is said of each action, where it is named. */
function actionWords(): ReadonlyMap<string, string> {
  const words = new Map<string, string>();
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) && ts.isStringLiteral(node.initializer))
      words.set(node.initializer.text, docOf(node));
    ts.forEachChild(node, visit);
  };
  visit(contract());
  return words;
}

function kindOf(schema: Schema): string {
  const { type, minimum, maximum } = schema;
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  const choices = schema.enum as readonly unknown[] | undefined;
  if (choices) return choices.map((each) => `\`${JSON.stringify(each)}\``).join(', ');
  const either = (schema.anyOf ?? schema.oneOf) as readonly Schema[] | undefined;
  if (either) return [...new Set(either.map(kindOf))].join(' or ');
  if (type === 'array') {
    const items = [schema.items as Schema | readonly Schema[]].flat();
    return `list of ${[...new Set(items.map(kindOf))].join(' and ')}`;
  }
  if (type === 'string') return 'text';
  const isLimited = minimum !== undefined && maximum !== undefined && (maximum as number) < 2 ** 53 - 1;
  if (type === 'number' || type === 'integer') return isLimited ? `${minimum} to ${maximum}` : 'number';
  return String(type ?? 'anything');
}

/** Settings that are described in the schema. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  gate: 'as in the [schema](event.schema.json)',
  keyStore: 'as in the schema',
  verification: 'as in the schema',
  rotation: 'records that the stack publishes, and the life of keys; fields in the schema',
  confirmTimeoutMinutes: 'as in the schema',
  irreversible: 'as in the schema',
  heal: 'as in the schema',
  mailFrom: 'as in the schema',
  senders: 'as in the schema',
};

/** One item a field; `action`, and blocks that are listed above, are left out. */
function items(schema: Schema, above: Schema = {}, path = ''): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const at = `${path}${name}`;
    if (at === 'action') return [];
    if (ELSEWHERE[at]) return [`* \`${at}\`: ${ELSEWHERE[at]}`];
    if (field.properties && above.properties?.[name]) return [`* \`${at}\` (block): as above`];
    const isRequired = schema.required?.includes(name) && field.default === undefined;
    const kind = `${field.properties ? 'block' : kindOf(field)}${isRequired ? ', required' : ''}`;
    const words = String(field.description ?? '').replace(/\s+/g, ' ');
    // An optional field without words says no more than the schema.
    if (!words && !isRequired && !field.properties) return [];
    return [`* \`${at}\` (${kind})${words ? `: ${words}` : ''}`, ...items(field, {}, `${at}.`)];
  });
}

/** The JSON Schema of everything that the function takes. */
export const eventSchema: GeneratedDocument = {
  path: 'docs/event.schema.json',
  generate: () => {
    const schema = {
      $schema: 'http://json-schema.org/draft-07/schema#',
      title: 'Event',
      description: 'What the function takes: from the engine, by its schedules, and called directly.',
      anyOf: [fromEngine(), ofBaseline(), ...direct().map(({ schema }) => schema)],
    };
    return `${JSON.stringify(schema, null, 2)}\n`;
  },
};

/** One item a field of an event that the function sends. */
const sentItems = (name: string): string[] =>
  wordsOf(name).map(([field, text, type]) => {
    const isOptional = type.endsWith('| undefined');
    const kind = type.startsWith("'") ? type.replaceAll("'", '`').replaceAll(' |', ',') : 'text';
    return `* \`${field}\` (${kind}${isOptional ? ', optional' : ''})${text ? `: ${text}` : ''}`;
  });

/** Everything that the function takes, and what it sends, to read. */
export const events: GeneratedDocument = {
  path: 'docs/events.md',
  generate: () => {
    const words = actionWords();
    return [
      '# Events',
      '',
      'What the function takes; as JSON Schema: [event.schema.json](event.schema.json). A field that it does not know is refused',
      '(`VALIDATION_ERROR`), except in a delete, an `Inspection`, and what the schedules send. Generated: `npm run docs`.',
      '',
      '## From Terraform',
      '',
      'The `input` of an `aws_lambda_invocation` (`CREATE_ONLY`), in [this order](architecture.md#one-stack-of-a-domain):',
      '',
      ...items(fromEngine()),
      '',
      'That of a `Baseline` (`CRUD`), to which the provider adds `tf`:',
      '',
      ...items(ofBaseline(), fromEngine()),
      '',
      '## Called directly',
      '',
      'With `action` in place of `resource`, `transaction`, `stack` and `driftToken`.',
      '',
      ...direct().flatMap(({ actions, schema }) => {
        const choices = (schema.anyOf as readonly Schema[] | undefined) ?? [schema];
        const isAbove = actions.includes(ACTIONS.update);
        // What the function sends itself is its own business; the JSON Schema has it.
        const isOwn = actions.every((action) =>
          words.get(action)?.startsWith('Sent by the one-time schedule'),
        );
        return [
          ...actions.map((action) => `* \`${action}\`: ${words.get(action) || 'Changes the signing state.'}`),
          '',
          ...(isOwn
            ? []
            : isAbove
              ? ['The fields are those above.', '']
              : [
                  ...new Set(choices.flatMap((each) => items(each, fromEngine()).map((item) => `  ${item}`))),
                  '',
                ]),
        ];
      }),
      '## Sent',
      '',
      `On the default event bus of its region, \`source\` \`${EVENT_SOURCE}\`, \`resources\` the identity. One may come twice, or not (the log says so), and can be forged with \`events:PutEvents\`: act on \`byodkim status\`, not on an event. Never a secret.`,
      '',
      `\`detail\` of \`${DETAIL_TYPES.result}\`:`,
      '',
      ...sentItems('ResultEvent'),
      '',
      `\`detail\` of \`${DETAIL_TYPES.finding}\`:`,
      '',
      ...sentItems('FindingEvent'),
    ]
      .join('\n')
      .replace(/\n*$/, '\n');
  },
};
