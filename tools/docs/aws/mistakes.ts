/** Finds rows that name something that does not exist: code, a question, or a source that can be looked up here. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT } from '../../../constructs/built-handler';
import { MODEL_FILES } from '../../../packages/sandbox/wire/models';
import { type Fact, isKnown, type Place, type Source } from './fact';

const read = (file: string): string => readFileSync(path.join(PROJECT_ROOT, file), 'utf8');

/** Returns what is wrong with the rows, and the questions of the conformance run that no row has. */
export function mistakesIn(facts: readonly Fact[]): string[] {
  const questions = conformanceQuestions();
  const ofRows = facts.flatMap((fact) =>
    [
      ...placesOf(fact)
        .filter((place) => !isDeclared(place))
        .map((place) => `${place} is not declared`),
      ...(isKnown(fact) ? fact.heldBy.flatMap(mistakesOfSource) : []),
      ...(fact.asked === undefined || questions.includes(fact.asked) ? [] : [`no question "${fact.asked}"`]),
    ].map((mistake) => `${fact.says}: ${mistake}`),
  );
  const asked = facts.map((fact) => fact.asked);
  const withoutRow = questions.filter((question) => !asked.includes(question));
  return [...ofRows, ...withoutRow.map((question) => `no row for the question "${question}"`)];
}

/** Returns every place that a row names. */
export const placesOf = (fact: Fact): Place[] => [...fact.at, ...(isKnown(fact) ? [] : fact.mail || [])];

function isDeclared(place: Place): boolean {
  const [file = '', name = ''] = place.split('#');
  if (!existsSync(path.join(PROJECT_ROOT, file))) return false;
  return new RegExp(`\\b(?:const|function|class|interface|type) ${name}\\b`).test(read(file));
}

/** Returns the questions of the conformance run, with `…` for what it fills in. */
function conformanceQuestions(): string[] {
  const folder = 'tools/conformance';
  const text = readdirSync(path.join(PROJECT_ROOT, folder))
    .map((name) => read(`${folder}/${name}`))
    .join('\n');
  const found = [...text.matchAll(/question:\s*(['"`])(.*?)\1,/g)].map(([, , question = '']) =>
    question.replace(/\$\{[^}]*\}/g, '…'),
  );
  return [...new Set(found)];
}

function mistakesOfSource(source: Source): string[] {
  if ('shape' in source) return mistakesOfModel(source);
  if ('words' in source)
    return commentsOf(source.sdk).includes(source.words)
      ? []
      : [`${source.sdk} does not say "${source.words}"`];
  if ('what' in source) {
    const answers = read(`packages/sandbox/__tests__/recorded/answers/${source.recorded}.jsonl`);
    return answers.includes(`"what":${JSON.stringify(source.what)}`) ? [] : [`not recorded: ${source.what}`];
  }
  return [];
}

function mistakesOfModel({ model, shape, has }: Extract<Source, { shape: string }>): string[] {
  const found = modelOf(model).shapes[shape] ?? {};
  return Object.entries(has)
    .filter(([name, value]) => !holds(found[name], value))
    .map(([name]) => `${model}: ${name} of ${shape} is ${JSON.stringify(found[name])}`);
}

const holds = (found: unknown, expected: unknown): boolean =>
  Array.isArray(found) && Array.isArray(expected)
    ? expected.every((each) => found.includes(each))
    : found === expected;

interface Model {
  readonly source: string;
  readonly operations: Readonly<Record<string, unknown>>;
  readonly unserved: Readonly<Record<string, unknown>>;
  readonly shapes: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export const modelFile = (service: string): string => `packages/sandbox/models/${MODEL_FILES[service]}.json`;

/** Returns AWS's own model of a service, as the sandbox has it. */
export const modelOf = (service: string): Model => JSON.parse(read(modelFile(service)));

const comments = new Map<string, string>();

/** Returns the comments of the SDK's client on one line, without marks. */
function commentsOf(client: string): string {
  const known = comments.get(client);
  if (known !== undefined) return known;
  const folder = `node_modules/@aws-sdk/client-${client}/dist-types`;
  const text = ['models', 'commands']
    .flatMap((part) =>
      readdirSync(path.join(PROJECT_ROOT, folder, part)).map((name) => `${folder}/${part}/${name}`),
    )
    .filter((file) => file.endsWith('.d.ts'))
    .map(read)
    .join('\n')
    .replace(/\n\s*\*/g, ' ')
    .replace(/<[^>]*>/g, '')
    .replace(/\s+/g, ' ');
  comments.set(client, text);
  return text;
}
