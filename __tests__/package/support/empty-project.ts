import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PROJECT_ROOT } from '../../../constructs/built-handler';

/** No command of these tests takes a quarter of it. */
const PATIENCE_MS = 240_000;
const INSTALLED = path.join(PROJECT_ROOT, 'node_modules');

/** What a command said. @throws Error with both its streams when it failed */
export function passed(cwd: string, command: string, ...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    timeout: PATIENCE_MS,
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}:\n${stdout}${stderr}`);
  return stdout;
}

/** The package as npm would publish it, and the paths that are in it. */
export function pack(folder: string): { readonly file: string; readonly holds: readonly string[] } {
  const told = passed(PROJECT_ROOT, 'npm', 'pack', '--silent', '--json', '--pack-destination', folder);
  const [{ filename, files }] = JSON.parse(told.slice(told.indexOf('[\n')));
  return { file: path.join(folder, filename), holds: files.map((each: { path: string }) => each.path) };
}

/** A project of somebody else's, outside the tree. */
export class EmptyProject {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'byodkim-package-'));

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /**
   * Installs the packed file.
   * @param dependencies by name; those of this project's own versions are taken over, which spares unpacking hundreds
   *   of megabytes
   */
  install(file: string, dependencies: Readonly<Record<string, string>>): void {
    this.write('package.json', JSON.stringify({ name: 'somebody-elses', private: true, dependencies }));
    for (const [name, version] of Object.entries(dependencies))
      if (versionOf(path.join(INSTALLED, name)) === version) this.borrow(name);
    const npm = () =>
      passed(this.folder, 'npm', 'install', '--silent', '--prefer-offline', '--no-audit', '--no-fund', file);
    try {
      npm();
    } catch (error) {
      // npm may wait for good for a connection that it has lost.
      if ((error as NodeJS.ErrnoException).code !== 'ETIMEDOUT') throw error;
      npm();
    }
  }

  write(file: string, text: string): void {
    mkdirSync(path.dirname(this.path(file)), { recursive: true });
    writeFileSync(this.path(file), text);
  }

  path(...parts: string[]): string {
    return path.join(this.folder, ...parts);
  }

  run(command: string, ...args: string[]): string {
    return passed(this.folder, command, ...args);
  }

  /** In a folder of the project. */
  runIn(folder: string, command: string, ...args: string[]): string {
    return passed(this.path(folder), command, ...args);
  }

  /** Copies a package that this project has, by links where the file system takes them. */
  borrow(name: string, into = 'node_modules'): void {
    const target = this.path(into, name);
    mkdirSync(path.dirname(target), { recursive: true });
    const linked = spawnSync('cp', ['-al', path.join(INSTALLED, name), target]);
    if (linked.status !== 0) passed(this.folder, 'cp', '-a', path.join(INSTALLED, name), target);
  }
}

const versionOf = (folder: string): string | undefined => {
  try {
    return JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')).version;
  } catch {
    return undefined;
  }
};
