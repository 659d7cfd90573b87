import ts from 'typescript';
import { z } from 'zod';
import { ACTIONS, DETAIL_TYPES, EVENT_SOURCE } from '../../handlers/contract/contract';
import { DIRECT } from '../../handlers/contract/input/event';
import { baseline, resource } from '../../handlers/contract/input/event-schema';
import type { GeneratedDocument } from './document';
import { CONTRACT, described, docOf, wordsOf } from './words';

interface Schema {
  readonly [keyword: string]: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}

const schemaOf = (grammar: z.core.$ZodType, name: string): Schema => {
  const { $schema: _, ...schema } = z.toJSONSchema(grammar, { target: 'draft-7', io: 'input' }) as Schema;
  return described(schema, wordsOf(name));
};

const fromEngine = (): Schema => schemaOf(resource, 'resource');
const ofBaseline = (): Schema => schemaOf(baseline, 'baseline');

/** Actions that take the same, and what they take. */
function direct(): { actions: string[]; schema: Schema }[] {
  const groups = new Map<z.core.$ZodType, string[]>();
  for (const [action, { takes }] of Object.entries(DIRECT))
    groups.set(takes, [...(groups.get(takes) ?? []), action]);
  return [...groups].map(([grammar, actions]) => ({
    actions,
    schema: withAction(actions, schemaOf(grammar, 'resource')),
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

/** The docstrings of an interface of the contract, by field, and their types. */
function fieldsOf(name: string): readonly (readonly [name: string, text: string, type: string])[] {
  const found = CONTRACT.statements.find(
    (each): each is ts.InterfaceDeclaration => ts.isInterfaceDeclaration(each) && each.name.text === name,
  );
  return found!.members
    .filter(ts.isPropertySignature)
    .map((member) => [member.name.getText(), docOf(member), member.type!.getText()]);
}

/** What is said of each action, where it is named. */
function actionWords(): ReadonlyMap<string, string> {
  const words = new Map<string, string>();
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) && ts.isStringLiteral(node.initializer))
      words.set(node.initializer.text, docOf(node));
    ts.forEachChild(node, visit);
  };
  visit(CONTRACT);
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

const IN_SCHEMA = 'keyStore verification confirmTimeoutMinutes irreversible heal mailFrom senders'.split(' ');
/** Settings that are described in the schema. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  ...Object.fromEntries(IN_SCHEMA.map((name) => [name, 'as in the schema'])),
  gate: 'as in the [schema](event.schema.json)',
  rotation: 'records that the stack publishes, and the life of keys; fields in the schema',
};

/** One item a field; `action`, and blocks that are listed above, are left out. */
function items(schema: Schema, above: Schema = {}, path = ''): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const at = `${path}${name}`;
    if (at === 'action') return [];
    if (ELSEWHERE[at]) return [`* \`${at}\`: ${ELSEWHERE[at]}`];
    if (field.properties && above.properties?.[name]) return [`* \`${at}\` (block): as above`];
    const isRequired = schema.required?.includes(name) === true && field.default === undefined;
    return itemOf(field, at, isRequired);
  });
}

/** Returns the item of a field and those within it. An optional field without words says no more than the schema. */
function itemOf(field: Schema, at: string, isRequired: boolean): string[] {
  const words = String(field.description ?? '').replace(/\s+/g, ' ');
  if (!words && !isRequired && !field.properties) return [];
  const kind = `${field.properties ? 'block' : kindOf(field)}${isRequired ? ', required' : ''}`;
  return [`* \`${at}\` (${kind})${words ? `: ${words}` : ''}`, ...items(field, {}, `${at}.`)];
}

/** Returns the lines on the fields of an action. @param isAbove whether they are those of the stack's events */
const linesOf = (choices: readonly Schema[], isAbove: boolean): string[] => {
  if (isAbove) return ['The fields are those above.', ''];
  const lines = choices.flatMap((each) => items(each, fromEngine()).map((item) => `  ${item}`));
  return [...new Set(lines), ''];
};

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
  fieldsOf(name).map(([field, text, type]) => {
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
      'With `action` in place of `resource`, `transaction`, `stack` and `driftToken`. [From your own code](own-code.md) has two programs.',
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
          ...(isOwn ? [] : linesOf(choices, isAbove)),
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
