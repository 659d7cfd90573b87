import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { HANDLER_ZIP, sha256 } from '../../constructs/built-handler';

/** The files of this project's repository that a page of the other one may refer to. */
const projectUrl = (root: string): string => {
  const { repository, version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  return `${repository.url.replace(/^git\+|\.git$/g, '')}/blob/v${version}`;
};

/** Folders of the layout, which are made anew each time. */
const FOLDERS = ['modules', 'examples', 'dist'];

/**
 * The root module is the module of a domain, as for a certificate: a caller repeats it for each domain. The control plane exists
 * once per account and region, so it is a module of its own: a root that made both would make it again for the second domain.
 * The root publishes with its only provider, since HCL demands an alias of every caller of a module that has one. A caller whose
 * zone is in another account uses `//modules/domain`. Both have the same addresses, so one can replace the other.
 */
const ofRoot = (hcl: string): string =>
  hcl
    .replaceAll(/^ *provider = aws\.zone\n/gm, '')
    .replaceAll(/\n\n *#[^\n]*\n *configuration_aliases[^\n]*\n/g, '\n')
    .replaceAll(
      'are published through the provider aws.zone;',
      'are published through the provider of the module;',
    );

/** In an example, the domain is the root module. */
const ofExample = (hcl: string): string =>
  hcl.replaceAll(
    /source {4}= "\.\.\/\.\.\/modules\/domain"\n *providers = \{ aws = aws, aws\.zone = aws \}/g,
    'source = "../.."',
  );

/** Rewrites each file of a folder. */
function rewrite(folder: string, change: (text: string, file: string) => string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    writeFileSync(file, change(readFileSync(file, 'utf8'), file));
  }
}

/** Makes sure that nothing but an earlier layout is replaced. */
function clear(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const found = readdirSync(folder).filter((name) => name !== '.git');
  if (found.length > 0 && !existsSync(path.join(folder, 'modules/control/contract.tf')))
    throw new Error(`${folder}: expected an empty folder or an earlier layout; found ${found.join(', ')}.`);
  for (const name of found)
    if (FOLDERS.includes(name) || name.endsWith('.tf')) rmSync(path.join(folder, name), { recursive: true });
}

/** Returns the page of the root module: how it is called, and its inputs and outputs. */
function pageOf(root: string): string {
  const read = (file: string) => readFileSync(path.join(root, 'modules', file), 'utf8');
  const [, tables = ''] = /(<!-- BEGIN_TF_DOCS -->[\s\S]*)/.exec(ofRoot(read('domain/README.md'))) ?? [];
  const page = read('README.md')
    .replaceAll('](../examples/', '](examples/')
    .replaceAll('](control/', '](modules/control/')
    .replaceAll('](domain/', '](modules/domain/');
  return `${page}\n${USAGE}\n${tables}`;
}

const USAGE = `## Usage

The root module is \`domain\`, which publishes with the provider of its caller. If the zone is in another account, use
\`//modules/domain\`, which takes a provider \`aws.zone\` of its own. The code of the function is in \`dist/handler.zip\`.

\`\`\`hcl
module "control" {
  source  = "your-organisation/ses-byodkim/aws//modules/control"
  version = "~> 0.1"
  region  = "ap-northeast-1"
  topics  = { dns = "create", result = "create", audit = "create" }
}

module "mail" {
  source             = "your-organisation/ses-byodkim/aws"
  version            = "~> 0.1"
  region             = "ap-northeast-1"
  domain             = "example.com"
  selector           = "s1"
  create_key         = true
  record             = { hosted_zone_id = "Z0123456789ABCDEFGHIJ" }
  gate               = { wait_seconds = 120 }
  function_name      = module.control.function_name
  ready_function_arn = module.control.ready_function_arn
}
\`\`\`
`;

/**
 * Lays out the repository of the modules. The function must be built.
 * @throws Error if the folder holds anything else
 */
export function layOut(root: string, folder: string): void {
  clear(folder);
  const from = (...names: string[]): string => path.join(root, ...names);
  const to = (...names: string[]): string => path.join(folder, ...names);
  const url = projectUrl(root);
  const linked = (text: string): string => text.replaceAll(/\]\((?:\.\.\/)*docs\//g, `](${url}/docs/`);

  for (const module of ['control', 'domain'])
    cpSync(from('modules', module), to('modules', module), { recursive: true });
  cpSync(from('examples'), to('examples'), { recursive: true });
  rewrite(to('modules'), (text) => linked(text));
  rewrite(to('examples'), (text) => ofExample(linked(text)));
  for (const file of readdirSync(from('modules/domain')).filter((name) => name.endsWith('.tf')))
    writeFileSync(to(file), ofRoot(readFileSync(from('modules/domain', file), 'utf8')));
  writeFileSync(to('README.md'), linked(pageOf(root)));
  for (const file of ['LICENSE', 'CHANGELOG.md'])
    writeFileSync(to(file), linked(readFileSync(from(file), 'utf8')));

  mkdirSync(to('dist'));
  const zip = readFileSync(from(HANDLER_ZIP));
  writeFileSync(to(HANDLER_ZIP), zip);
  writeFileSync(to(`${HANDLER_ZIP}.sha256`), `${sha256(zip, 'hex')}  ${path.basename(HANDLER_ZIP)}\n`);
}
