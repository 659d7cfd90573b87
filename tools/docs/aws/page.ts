/** Writes the page of what the project relies on at AWS, and refuses rows that name something that does not exist. */
import type { GeneratedDocument } from '../document';
import { sdkCalls } from './calls';
import { type Fact, isKnown, type Known, type Place, type Source, type Unknown } from './fact';
import { FACTS } from './facts';
import { grants, type Named } from './grants';
import { mistakesIn, modelFile } from './mistakes';

export const awsEvidence: GeneratedDocument = {
  path: 'docs/evidence/aws.md',
  generate: () => {
    const facts = Object.values(FACTS).flat();
    const mistakes = mistakesIn(facts);
    if (mistakes.length > 0) throw new Error(`tools/docs/aws/facts.ts:\n${mistakes.join('\n')}`);
    const unknown = facts.filter((fact): fact is Unknown => !isKnown(fact));
    const { actions, keys } = grants();
    return [
      ...HEAD,
      '### It decides about mail',
      '',
      'The code in the last column holds under each answer, or warns before it begins.',
      '',
      ...unknownTable(unknown.filter(({ mail }) => mail !== false)),
      '',
      '### It decides about something else',
      '',
      ...unknownTable(unknown.filter(({ mail }) => mail === false)),
      '',
      ...LIMITS,
      ...Object.entries(FACTS).flatMap(([service, its]) => knownTable(service, its)),
      ...CALLS,
      ...sdkCalls().map(({ service, operation, actions: needed, files }) =>
        row(
          `[\`${service}\`](${up(modelFile(service))}) \`${operation}\``,
          needed.map(code).join(', '),
          files.map(link).join(', '),
        ),
      ),
      '',
      ...ACTIONS,
      ...actions.map(namedRow),
      '',
      ...KEYS,
      ...keys.map(namedRow),
      '',
    ].join('\n');
  },
};

const HEAD = [
  '# What we rely on at AWS',
  '',
  'Nobody has run this project on an AWS account yet. So each action, condition key, limit and default of AWS that it relies on has a row here.',
  'The row says what *holds* it, or whether the [conformance run](../conformance.md) *asks* for it, and what happens until it is known.',
  '',
  'Generated: `npm run docs`. Calls, actions and keys are collected from the code; the other rows are [written](../../tools/docs/aws/facts.ts) by',
  'readers of the code. `npm run docs` fails if such a row names code, a question, a model, words or a recorded answer that do not exist, and',
  'if a question of the conformance run has no row. [A test](../../__tests__/tools/docs/aws.test.ts) compares actions and keys with the Service',
  'Authorization Reference.',
  '',
  '<a id="not-known"></a>',
  '## What we do not know',
  '',
  'No source answers these questions. The [sandbox](../../packages/sandbox/README.md) is modelled on the sources below, and is the stricter',
  'one where they are silent.',
  '',
];

const LIMITS = [
  '## Limits, defaults and behaviour',
  '',
  'A *model* is AWS’s own service model as botocore has it, *SDK* the API reference in the comments of the AWS SDK, *reference* the Service',
  'Authorization Reference, and *recorded* an answer that AWS gave. These are compared with the row. A page was read in December 2026, some as',
  'a copy of June 2023.',
  '',
];

const CALLS = [
  '## Calls',
  '',
  'These are the calls that our code makes through the AWS SDK, with the actions that IAM asks for. The model of its service holds each',
  'operation. The function is granted every action that its calls need, and a [role](../permissions.md) is granted those of the command. What',
  'only `tools/conformance` calls needs an administrator. The engine’s provider makes further calls, with the actions of the deploy roles below.',
  '',
  '| Call | Actions | Made by |',
  '|---|---|---|',
];

const ACTIONS = [
  '## Actions',
  '',
  'These are the actions in the policies that the stacks make, and in those that `byodkim policy` prints. The modules in HCL have no others. The',
  'Service Authorization Reference holds each action and, for the function and the roles, the resources and conditions of each statement.',
  '',
  '| Action | In the policy of |',
  '|---|---|',
];

const KEYS = [
  '## Condition keys',
  '',
  'The Service Authorization Reference holds each, as a key of each action that it limits or as a global key. A page [above](#iam-and-tags)',
  'holds the two of GitHub’s token. How soon a tag counts, and whether Lambda names `aws:SourceAccount`, is [not known](#not-known).',
  '',
  '| Key | In the policy of |',
  '|---|---|',
];

const row = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const code = (text: string): string => `\`${text}\``;
const up = (file: string): string => `../../${file}`;
const link = (file: string): string => `[${file.replace(/^.*\//, '')}](${up(file)})`;

/** Links to the file that declares a name. */
const linkTo = (place: Place): string => {
  const [file = '', name = ''] = place.split('#');
  return `[\`${name}\`](${up(file)})`;
};

const namedRow = ({ name, of }: Named): string => row(code(name), of.join(', '));

const unknownTable = (facts: readonly Unknown[]): string[] => [
  '| Not known | Asked by the conformance run | What we do in either case | Code |',
  '|---|---|---|---|',
  ...facts.map(({ says, asked, either, at, mail }) =>
    row(says, asked ?? 'no', either, (mail || at).map(linkTo).join(', ')),
  ),
];

function knownTable(service: string, facts: readonly Fact[]): string[] {
  const known = facts.filter((fact): fact is Known => isKnown(fact));
  if (known.length === 0) return [];
  return [
    `### ${service}`,
    '',
    '| What we rely on | Held by | Code |',
    '|---|---|---|',
    ...known.map(({ says, heldBy, asked, at }) =>
      row(
        says,
        [...heldBy.map(describe), ...(asked ? [`asked by the conformance run: ${asked}`] : [])].join('; '),
        at.map(linkTo).join(', '),
      ),
    ),
    '',
  ];
}

function describe(source: Source): string {
  if ('shape' in source) return `model: [\`${source.shape}\`](${up(modelFile(source.model))})`;
  if ('words' in source) return `SDK, \`client-${source.sdk}\`: "${source.words}"`;
  if ('action' in source) return `reference: \`${source.action}\` takes \`${source.takes}\``;
  if ('what' in source)
    return `recorded: [${source.what}](../../packages/sandbox/__tests__/recorded/answers/${source.recorded}.jsonl)`;
  const { hostname, pathname } = new URL(source.page);
  const name = pathname
    .split('/')
    .filter(Boolean)
    .at(-1)!
    .replace(/\.html$/, '');
  const copy = source.copy === undefined ? '' : `, copy of ${source.copy}`;
  return `[${hostname.replace(/^docs\./, '')}: ${name}](${source.page})${copy}`;
}
