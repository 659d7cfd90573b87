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

/** Returns the direct actions, grouped by the schema that they share. */
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

/** Returns the fields of an interface of the contract, with their docstrings and types. */
function fieldsOf(name: string): readonly (readonly [name: string, text: string, type: string])[] {
  const found = CONTRACT.statements.find(
    (each): each is ts.InterfaceDeclaration => ts.isInterfaceDeclaration(each) && each.name.text === name,
  );
  return found!.members
    .filter(ts.isPropertySignature)
    .map((member) => [member.name.getText(), docOf(member), member.type!.getText()]);
}

/** Returns the docstring of each action. */
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
  rotation:
    'records that the stack publishes, the life of keys, and the regions that share them; the schema has the fields',
};

/** Returns one item for each field, without `action` and the blocks that are listed above. */
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

/**
 * Returns the list item of a field and of the fields within it. Leaves out an optional field without a description,
 * which the schema covers.
 */
function itemOf(field: Schema, at: string, isRequired: boolean): string[] {
  const words = String(field.description ?? '').replace(/\s+/g, ' ');
  if (!words && !isRequired && !field.properties) return [];
  const kind = `${field.properties ? 'block' : kindOf(field)}${isRequired ? ', required' : ''}`;
  return [`* \`${at}\` (${kind})${words ? `: ${words}` : ''}`, ...items(field, {}, `${at}.`)];
}

/** Returns the lines on the fields of an action. @param isAbove whether they are those of the stack's events */
const linesOf = (choices: readonly Schema[], isAbove: boolean): string[] => {
  if (isAbove) return ['They take the fields above.', ''];
  const lines = choices.flatMap((each) => items(each, fromEngine()).map((item) => `  ${item}`));
  return [...new Set(lines), ''];
};

/** JSON Schema of all events that the function accepts. */
export const eventSchema: GeneratedDocument = {
  path: 'docs/event.schema.json',
  generate: () => {
    const schema = {
      $schema: 'http://json-schema.org/draft-07/schema#',
      title: 'Event',
      description:
        'The events that the function takes from the engine, from its schedules and from direct calls.',
      anyOf: [fromEngine(), ofBaseline(), ...direct().map(({ schema }) => schema)],
    };
    return `${JSON.stringify(schema, null, 2)}\n`;
  },
};

/** Returns one item for each field of an event that the function sends. */
const sentItems = (name: string): string[] =>
  fieldsOf(name).map(([field, text, type]) => {
    const isOptional = type.endsWith('| undefined');
    const kind = type.startsWith("'") ? type.replaceAll("'", '`').replaceAll(' |', ',') : 'text';
    return `* \`${field}\` (${kind}${isOptional ? ', optional' : ''})${text ? `: ${text}` : ''}`;
  });

/** The page on the events that the function accepts and sends. */
export const events: GeneratedDocument = {
  path: 'docs/events.md',
  generate: () => {
    const words = actionWords();
    return [
      '# Events',
      '',
      'This page lists the events that the function takes; [event.schema.json](event.schema.json) describes them as a JSON Schema. An unknown field is refused',
      '(`VALIDATION_ERROR`), except in a delete, in an `Inspection`, and in the events that the schedules send. Generated: `npm run docs`.',
      '',
      '## From Terraform',
      '',
      'This is the `input` of an `aws_lambda_invocation` (`CREATE_ONLY`), in [this order](architecture.md#one-stack-of-a-domain):',
      '',
      ...items(fromEngine()),
      '',
      'This is the `input` of a `Baseline` (`CRUD`), to which the provider adds `tf`:',
      '',
      ...items(ofBaseline(), fromEngine()),
      '',
      '## Called directly',
      '',
      'A direct call has `action` in place of `resource`, `transaction`, `stack` and `driftToken`. [From your own code](own-code.md) has two programs.',
      '',
      ...direct().flatMap(({ actions, schema }) => {
        const choices = (schema.anyOf as readonly Schema[] | undefined) ?? [schema];
        const isAbove = actions.includes(ACTIONS.update);
        // Only the JSON Schema describes the events that the function sends to itself, since nobody else sends them.
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
      `The function sends these events to the default event bus of its region, with the \`source\` \`${EVENT_SOURCE}\` and the identity in \`resources\`. An event may arrive twice, or not at all (the log then reports it), and can be forged with \`events:PutEvents\`. So act on \`byodkim status\`, and not on an event. An event never holds a secret.`,
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
