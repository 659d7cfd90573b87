/**
 * `npm run release:files`: what a release publishes, in `dist/release/`: the npm tarball, the function's zip, the HCL modules
 * with that zip in them, bills of materials, and checksums. `dist/release-notes.md` has the version's part of the changelog.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { zipSync } from 'fflate';
import { HANDLER_ZIP, PROJECT_ROOT, sha256 } from '../constructs/built-handler';
import { registryFiles } from './release/modules';
import { assertOwnRepository } from './release/repository';

/** The earliest time of a zip, in local time as fflate writes it: same contents, same bytes. */
const EPOCH = new Date(1980, 0, 1);

/** Builds the files of a release. Returns their names. @throws Error if a step fails */
export function releaseFiles(root: string, folder = path.join(root, 'dist/release')): string[] {
  const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  assertOwnRepository(manifest, process.env.GITHUB_REPOSITORY);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const npm = (...args: string[]) =>
    execFileSync('npm', args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  npm('run', '--silent', 'supply-chain');
  npm('pack', '--silent', '--pack-destination', folder);
  copyFileSync(path.join(root, HANDLER_ZIP), path.join(folder, 'handler.zip'));
  for (const bill of ['handler', 'package'])
    copyFileSync(path.join(root, `dist/sbom/${bill}.cdx.json`), path.join(folder, `${bill}.cdx.json`));
  const modules = zipSync(registryFiles(root), { mtime: EPOCH });
  writeFileSync(path.join(folder, `terraform-aws-ses-byodkim-${manifest.version}.zip`), modules);
  const files = readdirSync(folder).sort();
  const sums = files.map((file) => `${sha256(readFileSync(path.join(folder, file)), 'hex')}  ${file}\n`);
  writeFileSync(path.join(folder, 'SHA256SUMS'), sums.join(''));
  return [...files, 'SHA256SUMS'];
}

/** Returns the part of a changelog about one version. @throws Error if it has none */
export function releaseNotes(changelog: string, version: string): string {
  const [, notes] = changelog.split(new RegExp(`^## \\[${version.replaceAll('.', '\\.')}\\].*$`, 'm'));
  if (notes === undefined) throw new Error(`CHANGELOG.md: found no section "## [${version}]"; add one.`);
  return `${notes.split(/^## /m)[0]!.trim()}\n`;
}

if (require.main === module) {
  const read = (file: string): string => readFileSync(path.join(PROJECT_ROOT, file), 'utf8');
  const notes = releaseNotes(read('CHANGELOG.md'), JSON.parse(read('package.json')).version);
  for (const file of releaseFiles(PROJECT_ROOT)) console.log(`dist/release/${file}`);
  writeFileSync(path.join(PROJECT_ROOT, 'dist/release-notes.md'), notes);
}
