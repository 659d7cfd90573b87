import { readdirSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { PROJECT_ROOT } from '../../constructs/built-handler';
import type { GeneratedDocument } from './document';

/** What a newcomer looks for; the rest follows in the order of constructs/index.ts. */
const FIRST = ['ByodkimIdentity', 'ByodkimIdentityProps', 'ByodkimControlPlane', 'ByodkimControlPlaneProps'];
/** Left out: what users seldom name, and what an editor and domains.schema.json describe with each setting. */
const ELSEWHERE =
  /^(?!DkimRecord$)(Attempt|Confirmation|Control|ControlPlane|HandlerCode|\w+Nodes|Topic\w+|\w+(?:Settings|Schedule|Choice|Records?|Options)|Allowances|Delegation|KeyStore|Senders)$/;
/** Props that are settings of the list too, under the same names. */
const AS_IN_LIST = new Set([
  ...['configurationSetName', 'feedbackForwarding', 'revokedSelectors', 'selectorNaming', 'overlapDays'],
  ...['keyLifetimeDays', 'driftDetection', 'tags', 'gate', 'verification', 'confirmTimeoutMinutes'],
  ...['irreversible', 'heal', 'mailFrom'],
]);
const ENTRY = path.join(PROJECT_ROOT, 'constructs', 'index.ts');
/** Members that a reader of a class or an interface has no use for. */
const isInternal = (node: ts.Node): boolean =>
  (ts.getCombinedModifierFlags(node as ts.Declaration) &
    (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)) !==
    0 || ts.getJSDocTags(node).some(({ tagName }) => tagName.text === 'internal');

/** The public props, methods and attributes of the constructs, from their docstrings: one line each. */
export const api: GeneratedDocument = {
  path: 'docs/api.md',
  generate: () => {
    const { exported, source, inherited } = parse();
    const undocumented: string[] = [];
    // Every docstring is checked, also of what is not printed.
    const sections = exported.map((node) => ({ node, text: section(node, inherited(node), undocumented) }));
    if (undocumented.length > 0)
      throw new Error(`${source} exports without a docstring: ${undocumented.join(', ')}`);
    return [
      '# The constructs',
      '',
      'What `import … from "ses-byodkim"` gives, for CDKTF and (`ses-byodkim/cdktn`) for CDK Terrain; the [HCL modules](../modules/README.md)',
      'take the same ([example](../modules/examples/main.tf)). Wrong props are refused at synth, all of them at once. Other types and members of',
      'settings are described in your editor and in [domains.schema.json](../domains.schema.json). Generated: `npm run docs`.',
      '',
      ...recipes(),
      ...sections.filter(({ node }) => !ELSEWHERE.test(node.name!.text)).map(({ text }) => text),
    ].join('\n');
  },
};

/** Names the compiled recipes of docs/examples/recipes.ts. */
function recipes(): string[] {
  const text = ts.sys.readFile(path.join(PROJECT_ROOT, 'docs/examples/recipes.ts'))!;
  const titles = [...text.matchAll(/ {2}\/\/ Recipe: (.*)/g)].map(([, title]) => title!);
  return ['## Recipes', '', `[recipes.ts](examples/recipes.ts): ${titles.join(' · ')}.`, ''];
}

type Exported = ts.ClassDeclaration | ts.InterfaceDeclaration | ts.TypeAliasDeclaration;

/** What constructs/index.ts exports, in its order: what is declared anywhere else is looked up by name. */
function parse(): {
  exported: Exported[];
  source: string;
  /** Finds the interfaces that an exported one extends and that the index does not export. */
  inherited(node: Exported): ts.InterfaceDeclaration[];
} {
  const program = sourceFiles();
  const index = program.get(ENTRY)!;
  const exported = index.statements.filter(ts.isExportDeclaration).flatMap((statement) => {
    const from = (statement.moduleSpecifier as ts.StringLiteral).text;
    const file = program.get(path.join(path.dirname(ENTRY), `${from}.ts`))!;
    const names = (statement.exportClause as ts.NamedExports).elements.map(({ name }) => name.text);
    return names.map((name) => {
      const found = file.statements.find(
        (node): node is Exported => isExported(node) && node.name?.text === name,
      );
      if (!found) throw new Error(`${file.fileName} declares no ${name}`);
      return found;
    });
  });
  const rank = ({ name }: Exported) => (FIRST.indexOf(name!.text) + FIRST.length + 1) % (FIRST.length + 1);
  exported.sort((one, other) => rank(one) - rank(other));
  const names = new Set(exported.map(({ name }) => name!.text));
  const inherited = (node: Exported) =>
    parentsOf(node)
      .filter((parent) => ts.isInterfaceDeclaration(node) && !names.has(parent))
      .map((parent) => {
        const declared = [...program.values()]
          .flatMap(({ statements }) => [...statements])
          .find((each) => ts.isInterfaceDeclaration(each) && each.name.text === parent);
        if (!declared) throw new Error(`${node.name!.text} extends ${parent}, which was not found`);
        return declared as ts.InterfaceDeclaration;
      });
  return { exported, source: path.relative(PROJECT_ROOT, ENTRY), inherited };
}

const parentsOf = (node: Exported): string[] =>
  (node as ts.ClassDeclaration).heritageClauses?.flatMap(({ types }) =>
    types.map((each) => each.getText()),
  ) ?? [];

const isExported = (node: ts.Node): node is Exported =>
  ts.isClassDeclaration(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node);

function sourceFiles(): Map<string, ts.SourceFile> {
  const files = ['constructs', 'handlers'].flatMap((folder) =>
    readdirSync(path.join(PROJECT_ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => path.join(PROJECT_ROOT, folder, name)),
  );
  return new Map(
    files.map((file) => [
      file,
      ts.createSourceFile(file, ts.sys.readFile(file)!, ts.ScriptTarget.ES2022, true),
    ]),
  );
}

function section(
  node: Exported,
  inherited: readonly ts.InterfaceDeclaration[],
  undocumented: string[],
): string {
  const name = node.name!.text;
  const isClass = ts.isClassDeclaration(node);
  const type = ts.isTypeAliasDeclaration(node) ? node.type : undefined;
  const members = type
    ? ts.isTypeLiteralNode(type)
      ? [...type.members]
      : []
    : [
        ...(node as ts.ClassDeclaration | ts.InterfaceDeclaration).members,
        ...inherited.flatMap((parent) => [...parent.members]),
      ];
  const settings: string[] = [];
  const lines = members
    .filter((member) => !isInternal(member) && !ts.isConstructorDeclaration(member))
    .filter((member) => member.name !== undefined)
    .flatMap((member) => {
      if (name === 'ByodkimIdentityProps' && AS_IN_LIST.has(member.name!.getText())) {
        settings.push(`\`${member.name!.getText()}\``);
        if (docOf(member) !== '') return [];
      }
      const text = docOf(member);
      // An override without words of its own is described where it is declared first.
      if (text === '' && hasModifier(member, ts.SyntaxKind.OverrideKeyword)) return [];
      if (text === '' && !isClass) undocumented.push(`${name}.${member.name!.getText()}`);
      return [`* \`${signature(member)}\`${text === '' ? '' : `: ${text}`}`];
    });
  const parents = parentsOf(node).filter(
    (each) => each !== 'Construct' && !inherited.some(({ name }) => name.text === each),
  );
  const text = docOf(node);
  if (text === '') undocumented.push(name);
  return [
    `## ${name}`,
    '',
    `${text}${parents.length > 0 ? ` Has all of \`${parents.join('`, `')}\`.` : ''}`,
    '',
    ...(type && !ts.isTypeLiteralNode(type) ? [`\`${oneLine(type.getText())}\``, ''] : []),
    ...(lines.length > 0 ? [...lines, ''] : []),
    ...(settings.length > 0
      ? [`As in [domains.schema.json](../domains.schema.json): ${settings.join(', ')}.`, '']
      : []),
  ].join('\n');
}

function signature(member: ts.ClassElement | ts.TypeElement): string {
  const name = `${hasModifier(member, ts.SyntaxKind.StaticKeyword) ? 'static ' : ''}${member.name!.getText()}`;
  const optional = (member as ts.PropertySignature).questionToken ? '?' : '';
  const { type } = member as ts.PropertySignature;
  const result = type ? `: ${oneLine(type.getText())}` : '';
  if (!ts.isMethodDeclaration(member) && !ts.isMethodSignature(member)) return `${name}${optional}${result}`;
  const parameters = member.parameters.map(
    ({ name, questionToken, initializer }) => `${name.getText()}${questionToken || initializer ? '?' : ''}`,
  );
  return `${name}(${parameters.join(', ')})${result}`;
}

const hasModifier = (node: ts.Node, kind: ts.SyntaxKind): boolean =>
  ts.canHaveModifiers(node) && (ts.getModifiers(node)?.some((each) => each.kind === kind) ?? false);

const oneLine = (text: string): string =>
  text
    .replaceAll(/\/\*\*[\s\S]*?\*\//g, '')
    .replaceAll(/\{@link (\w+)\}/g, '`$1`')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/\breadonly /g, '');

/** The docstring in one line, its default at the end. */
export function docOf(node: ts.Node): string {
  const doc = ts.getJSDocCommentsAndTags(node).find(ts.isJSDoc);
  const text = oneLine(ts.getTextOfJSDocComment(doc?.comment) ?? '').trim();
  const tagged = doc?.tags?.find(({ tagName }) => tagName.text === 'default');
  const fallback = oneLine(ts.getTextOfJSDocComment(tagged?.comment) ?? '').trim();
  // That it is optional, its signature says.
  return fallback === '' || fallback === 'none' ? text : `${text} Default: ${fallback}.`.trim();
}
