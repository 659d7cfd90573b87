/**
 * Loaded before `cdktf` and the app that it runs (`node --require`; built into `dist/demo/preload.js`): the demo starts both
 * seven times, and most of a start is compilation.
 */
import path from 'node:path';
import { keepCompiled } from '../../packages/sandbox/compiled/keep-compiled';
import { loadWhenUsed } from './load-when-used';

/** The folder belongs to one run of the demo. */
const folder = process.env.BYODKIM_COMPILED;
const [, program] = process.argv;

if (folder !== undefined && program !== undefined) {
  process.on('exit', keepCompiled(path.join(folder, path.basename(program)), { places: true }));
  // What reads and writes HCL, and translates it: half of what `cdktf` loads, and of no use to what the demo asks of it.
  loadWhenUsed(['@cdktf/hcl2cdk', '@cdktf/hcl2json', '@cdktf/hcl-tools']);
}
