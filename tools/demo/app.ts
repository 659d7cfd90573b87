import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT } from '../../constructs/built-handler';
import { PROGRAMS } from '../build/programs';

/**
 * Turns a folder into a project in which `byodkim` and `cdktf` run. Its app is the built one, since each start from the sources
 * takes a second.
 */
export function writeApp(folder: string): void {
  const app = `node ${path.join(PROJECT_ROOT, PROGRAMS.app.file)}`;
  writeFileSync(path.join(folder, 'package.json'), '{}');
  writeFileSync(
    path.join(folder, 'cdktf.json'),
    JSON.stringify({ language: 'typescript', app, sendCrashReports: 'false' }),
  );
}
