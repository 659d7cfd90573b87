import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PROJECT_ROOT } from '../../constructs/built-handler';
import { writeApp } from '../../tools/demo/app';
import { Desk } from '../docs/support/desk';
import { follow, forPackage } from '../docs/support/follow';
import { readPage } from '../docs/support/pages';
import { storyOf } from '../docs/support/story';
import { pack, passed } from './support/empty-project';

jest.setTimeout(600_000);

/** Makes a project that has the list, an app, and the package. Peers are those of this project. */
function install(file: string, folder: string): void {
  const modules = path.join(folder, 'node_modules');
  const installed = path.join(modules, 'ses-byodkim');
  mkdirSync(path.join(modules, '.bin'), { recursive: true });
  mkdirSync(installed);
  passed(folder, 'tar', '-xzf', file, '-C', installed, '--strip-components', '1');
  symlinkSync('../ses-byodkim/dist/cli/byodkim.js', path.join(modules, '.bin/byodkim'));
  for (const peer of ['cdktf', '@cdktf', 'constructs', 'zod'])
    symlinkSync(path.join(PROJECT_ROOT, 'node_modules', peer), path.join(modules, peer));
  writeApp(folder);
  copyFileSync(path.join(PROJECT_ROOT, 'domains.yaml'), path.join(folder, 'domains.yaml'));
}

/** The first deploy of README.md is typed as it stands there, with the command of the packed package. */
describe('README.md, with the package', () => {
  let packed: string;
  let desk: Desk;
  beforeAll(async () => {
    packed = mkdtempSync(path.join(tmpdir(), 'byodkim-packed-'));
    const { file } = pack(packed);
    desk = await Desk.open(['example.com'], (folder) => install(file, folder));
  });
  afterAll(async () => {
    await desk.close();
    rmSync(packed, { recursive: true, force: true });
  });

  follow(forPackage(storyOf(readPage('README.md'))), () => desk);
});
