import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT } from '../../constructs/built-handler';
import { PROGRAMS } from '../build/programs';

/** Makes a folder a project of its own, to run the command in, whose app is the built one: from the sources each start takes a second. */
export function writeApp(folder: string): void {
  const app = `node ${path.join(PROJECT_ROOT, PROGRAMS.app.file)}`;
  writeFileSync(path.join(folder, 'package.json'), '{}');
  writeFileSync(path.join(folder, 'cdktf.json'), JSON.stringify({ app }));
}
