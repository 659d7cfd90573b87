import path from 'node:path';
import { PROJECT_ROOT } from '../../constructs/built-handler';
import { PROGRAMS } from '../../tools/build/programs';

/** The built command: from the sources each start takes a second. */
export const COMMAND = path.join(PROJECT_ROOT, PROGRAMS.cli.file);
