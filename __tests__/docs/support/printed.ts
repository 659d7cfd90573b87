import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import ts from 'typescript';
import { createProgram } from '../../../cli/program';
import type { CliWorld } from '../../../cli/world/world';
import { PROJECT } from './pages';

/** A command in a text that the project prints. */
export interface Printed {
  /** The file and the line of the text. */
  readonly at: string;
  /** As somebody types it who has read the message. */
  readonly command: string;
}

/** Folders with texts, by the end of the names of their files. */
const SOURCES: Readonly<Record<string, readonly string[]>> = {
  '.ts': ['cli', 'constructs', 'handlers', 'list'],
  '.tf': ['modules'],
};

/** Files that make whole scripts, each of which a test gives to a shell. */
export const SCRIPTS: Readonly<Record<string, string>> = {
  'cli/adopt/show.ts': 'the page docs/adoption.md runs the loops, as they are printed',
  'cli/manual/steps.ts': '__tests__/cli/manual/by-hand.test.ts runs the script',
  'handlers/notices/aws-commands.ts': '__tests__/cli/manual/by-hand.test.ts runs the commands',
};

/** Places in texts that a person fills in. */
const FILLED_IN: Readonly<Record<string, string>> = {
  '<domain>': 'example.com',
  SELECTOR: 's1',
  FILE: 'private_key.pem',
  ADDRESS: 'dns-team@example.com',
};

const ARN = 'arn:aws:ses:ap-northeast-1:123456789012:identity/example.com';
/** What the expressions stand for that are part of commands. */
const VALUES: Readonly<Record<string, string>> = {
  domain: 'example.com',
  entry: 'example.com',
  stack: 'example.com',
  named: 'example.com --selector s1',
  'noted.domain': 'example.com',
  "entries.join(' ')": 'example.com',
  controlStack: 'byodkim-control-ap-northeast-1',
  "stacks.join(' ')": 'byodkim-control-ap-northeast-1',
  region: 'ap-northeast-1',
  selector: 's1',
  'reason.selector': 's1',
  'selectorOfRecord(record)': 's1',
  'selectorOfRecord(asked)': 's1',
  recordName: 's1._domainkey.example.com',
  to: 's1',
  'shellWord(list)': 'domains.yaml',
  arn: ARN,
  "arn.split(':')[3] ?? 'REGION'": 'ap-northeast-1',
  'shellWord(arn)': ARN,
  'shellWord(bucket)': 'acme-dkim-keys-ap-northeast-1',
  'shellWord(key)': 'dkim-certificates/example.com/s0/private_key.pem',
  at: '--bucket acme-dkim-keys-ap-northeast-1',
  mark: "aws s3api list-object-versions --bucket acme-dkim-keys-ap-northeast-1 --prefix dkim-certificates/example.com/s0/private_key.pem --query 'DeleteMarkers[?IsLatest].VersionId' --output text",
  version: '',
  MAKE_KEY: 'openssl genrsa -out private_key.pem 2048',
  command: 'deploy',
  action: 'deploy',
  name: 's1._domainkey.example.com',
  type: 'TXT',
};
/** What they stand for in one file, if it is something else. */
const VALUES_IN: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'cli/set/undo.ts': {
    identity: 'example.com --region ap-northeast-1',
    'restoration.selector': 's1',
    'shellWord(earlierKeyFile)': 'private_key.pem',
    'shellWord(keyFile)': 'private_key.pem',
  },
  'cli/words/notes.ts': { name: 'acme/mail' },
  'cli/words/topics.ts': { arn: 'arn:aws:sns:ap-northeast-1:123456789012:ses-byodkim-dns' },
  'handlers/words/errors/identities.ts': { of: '--region ap-northeast-1', 'shellWord(tenant)': 'news' },
  'handlers/words/notices.en.ts': {
    'records[0]!.type': 'TXT',
    'records[0]!.name': 's1._domainkey.example.com',
  },
  'handlers/words/notices.ja.ts': { 'first!.type': 'TXT', 'first!.name': 's1._domainkey.example.com' },
};

const HOLE = /«([^»]*)»/g;

/** Matches an expression that is itself a text, and is visited on its own. */
const INNER_TEXT = /«[^»]*`[^»]*»/g;

/** Matches a command in marks. */
const MARKED = /`((?:npm|npx|byodkim|aws|tofu|cdktf|openssl|git) [a-z«][^`\n]*)`/g;
const QUOTED = /"(npm [^"\n]+)"/g;
const ARGUMENT = String.raw`<[a-z]+>|[A-Z]{2,}\b|\d+|"[^"]*"|'[^']*'|\S*«[^»]*»[^\s).,;]*|[\w/]*[./=][\w./=,-]*\w|…`;
/** Matches what belongs to a command of ours that no mark ends: the next word of the sentence does not. */
const OURS = String.raw`(?: (?:--?[a-z][a-z-]*|${ARGUMENT}))*`;
/** Matches what belongs to another command, whose options may have any word as their value. */
const OTHERS = String.raw`(?: (?:--(?= )|--?[a-z][a-z-]*(?: [a-z]+(?![\w.,/:=]))?|[+]\w+|${ARGUMENT}))*`;
const UNMARKED = [
  String.raw`byodkim (?:key [a-z]+|policy [a-z-]+|[a-z]+|«\w+»)${OURS}(?: && byodkim [a-z]+${OURS})*`,
  String.raw`aws [a-z0-9]+ [a-z-]+${OTHERS}`,
  String.raw`openssl (?:genrsa|pkey)${OTHERS}`,
  String.raw`git (?:fetch(?: [a-z]+)?|pull|commit)${OTHERS}`,
  String.raw`gh api${OTHERS}`,
  String.raw`dig [+]short${OTHERS}`,
].map((pattern) => new RegExp(String.raw`(?<![\w-])${pattern}`, 'g'));

/** Returns every command in a text of the sources, which is a literal or a sum of literals, and the examples of `--help`. */
export const printedCommands = (): Printed[] => [
  ...filesOf('.ts')
    .filter((file) => SCRIPTS[file] === undefined)
    .flatMap(commandsOfFile),
  ...filesOf('.tf').flatMap(commandsOfModule),
  ...examplesOf(createProgram({ stdout: {}, stderr: {} } as CliWorld, () => async () => {})),
];

function examplesOf(parent: Command): Printed[] {
  return parent.commands.flatMap((each) => {
    let help = '';
    each.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
    const commands = [...help.matchAll(/^ +\$ (byodkim .*)$/gm)].map(([, command]) => command!);
    return [
      ...commands.map((command) => ({ at: `byodkim ${each.name()} --help`, command })),
      ...examplesOf(each),
    ];
  });
}

const filesOf = (extension: string): string[] =>
  SOURCES[extension]!.flatMap((folder) =>
    readdirSync(path.join(PROJECT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith(extension))
      .map((name) => `${folder}/${name}`)
      .sort(),
  );

const textOfFile = (file: string): string => readFileSync(path.join(PROJECT, file), 'utf8');

/** Texts of HCL are literals within a line: the modules have no heredoc. */
const commandsOfModule = (file: string): Printed[] =>
  textOfFile(file)
    .split('\n')
    .flatMap((line, index) => {
      const at = `${file}:${index + 1}`;
      const texts = [...line.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, text]) =>
        text!.replaceAll(/\$\{([^}]*)\}/g, '«$1»'),
      );
      return texts.flatMap(commandsOfText).map((code) => ({ at, command: filledIn(code, at) }));
    });

function commandsOfFile(file: string): Printed[] {
  const source = ts.createSourceFile(file, textOfFile(file), ts.ScriptTarget.Latest, true);
  const found: Printed[] = [];
  const visit = (node: ts.Node): void => {
    const text = textOf(node);
    const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
    if (text !== undefined)
      found.push(
        ...commandsOfText(text).map((code) => {
          const at = `${file}:${line}`;
          return { at, command: filledIn(code, at) };
        }),
      );
    // The expressions of a template may have texts of their own; the literals of a sum are part of it.
    if (text === undefined || ts.isTemplateExpression(node)) ts.forEachChild(node, visit);
    else expressionsOf(node).forEach(visit);
  };
  visit(source);
  return found;
}

/** Returns the text of a literal, or of a sum in which one is, with its expressions in marks. */
function textOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateExpression(node))
    return (
      node.head.text +
      node.templateSpans.map(({ expression, literal }) => `«${expression.getText()}»${literal.text}`).join('')
    );
  if (!isSum(node)) return undefined;
  const [left, right] = [textOf(node.left), textOf(node.right)];
  if (left === undefined && right === undefined) return undefined;
  return `${left ?? `«${node.left.getText()}»`}${right ?? `«${node.right.getText()}»`}`;
}

const isSum = (node: ts.Node): node is ts.BinaryExpression =>
  ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken;

/** Returns the expressions of a sum that are no texts, and those of its templates. */
function expressionsOf(node: ts.Node): ts.Node[] {
  if (isSum(node)) return [node.left, node.right].flatMap(expressionsOf);
  if (ts.isTemplateExpression(node)) return node.templateSpans.map(({ expression }) => expression);
  return ts.isStringLiteralLike(node) ? [] : [node];
}

function commandsOfText(whole: string): string[] {
  const text = whole.replaceAll(INNER_TEXT, '');
  const marked = [MARKED, QUOTED].flatMap((pattern) => [...text.matchAll(pattern)].map(([, code]) => code!));
  const rest = text.replaceAll(MARKED, '').replaceAll(QUOTED, '');
  const unmarked = UNMARKED.flatMap((pattern) => [...rest.matchAll(pattern)].map(([code]) => code));
  return [...marked, ...unmarked];
}

/** @throws Error if an expression is part of a command, and nobody has said what it stands for */
function filledIn(code: string, at: string): string {
  const whole = code.replaceAll(HOLE, (_, expression: string) => {
    const value = VALUES_IN[at.replace(/:\d+$/, '')]?.[expression] ?? VALUES[expression];
    if (value === undefined)
      throw new Error(
        `${at}: ${code}\nSay in VALUES of ${path.basename(__filename)} what ${expression} stands for.`,
      );
    return value;
  });
  return Object.entries(FILLED_IN)
    .reduce((line, [place, value]) => line.replaceAll(place, value), whole)
    .trim();
}
