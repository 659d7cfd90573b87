/** No file imports itself by way of others. A step of `npm run check`. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT } from '../../constructs/built-handler';
import { findCircles, readImports } from './imports';

/** The project's sources as git sees them, new ones included. */
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.ts'], {
  cwd: PROJECT_ROOT,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file !== '' && existsSync(path.join(PROJECT_ROOT, file)));

const circles = findCircles(readImports(PROJECT_ROOT, files));
for (const circle of circles) console.error(`A circle of imports: ${[...circle, circle[0]].join(' → ')}`);
if (circles.length > 0) {
  console.error('Move what both need into a file that imports neither.');
  process.exitCode = 1;
}
