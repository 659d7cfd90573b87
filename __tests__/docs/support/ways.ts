import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { writeApp } from '../../../tools/demo/app';
import { passed } from '../../package/support/empty-project';
import { PROJECT } from './pages';

/** How somebody has got the command. */
export interface Way {
  /** Makes the folder in which the commands are typed. */
  fill(folder: string): void;
  /** Writes a command of a page as it is typed in this folder. */
  asTyped(line: string): string;
}

/** A fresh clone. */
export const CLONE: Way = { fill: copyCheckout, asTyped: (line) => line };

/**
 * A project that has the list, an app, and the packed package. "Where a text says byodkim, type `npm run byodkim --` in a
 * clone, and `npx byodkim` with the package."
 * @param file the packed package
 */
export const withPackage = (file: string): Way => ({
  fill: (folder) => install(file, folder),
  asTyped: (line) =>
    line
      .replaceAll(/npm run (?:--silent )?byodkim --/g, 'npx --no-install byodkim')
      .replaceAll(/npm run (deploy|diff|destroy) --/g, 'npx --no-install byodkim $1'),
});

/** Copies what a clone would have if everything was committed; installed packages are those of the project. */
function copyCheckout(clone: string): void {
  const files = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate'];
  for (const file of execFileSync('git', files, { cwd: PROJECT, encoding: 'utf8' })
    .split('\0')
    .filter(Boolean)) {
    mkdirSync(path.dirname(path.join(clone, file)), { recursive: true });
    try {
      copyFileSync(path.join(PROJECT, file), path.join(clone, file));
    } catch (error) {
      // It is deleted, and nobody has committed that yet.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  symlinkSync(path.join(PROJECT, 'node_modules'), path.join(clone, 'node_modules'));
}

/** Unpacks the package. Its peers, and the `cdktf` command, are those of this project. */
function install(file: string, folder: string): void {
  const modules = path.join(folder, 'node_modules');
  const installed = path.join(modules, 'ses-byodkim');
  mkdirSync(path.join(modules, '.bin'), { recursive: true });
  mkdirSync(installed);
  passed(folder, 'tar', '-xzf', file, '-C', installed, '--strip-components', '1');
  symlinkSync('../ses-byodkim/dist/cli/byodkim.js', path.join(modules, '.bin/byodkim'));
  for (const peer of ['cdktf', '@cdktf', 'constructs', 'zod', '.bin/cdktf'])
    symlinkSync(path.join(PROJECT, 'node_modules', peer), path.join(modules, peer));
  writeApp(folder);
  copyFileSync(path.join(PROJECT, 'domains.yaml'), path.join(folder, 'domains.yaml'));
}
