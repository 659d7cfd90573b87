/**
 * Replays faults of the track record (docs/evidence/reliability.md): the test must fail in a copy of today's code
 * without the fix, and pass with it. With `--search` the random search looks for the fault by itself. An argument that
 * is a file is a schedule that a search has kept.
 */
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PROJECT_ROOT } from '../constructs/built-handler';
import { faults, heldBy, playedBy } from './docs/track-record';
import { type Edits, passes, playFile, plays, TESTS, withoutFix } from './replay/play';

const USAGE = `npm run replay                             lists the track record
npm run replay -- NAME                     plays a fault without its fix, then with it
npm run replay -- NAME --search [MINUTES]  lets the random search look for it, an hour at most
npm run replay -- [NAME] FILE              plays a schedule that a search has kept; NAME: without that fix first`;

/**
 * Replays a fault without its fix, then with it.
 * @returns whether the first run fails and the second passes
 */
function replay(name: string, edits: Edits, play: (root: string) => boolean): boolean {
  console.log(`\nWithout the fix, in a copy of ${edits.file}:`);
  const isRed = !withoutFix(edits, play);
  console.log('\nWith the fix:');
  const isGreen = play(PROJECT_ROOT);
  console.log(`\n${name}: ${isRed ? 'red' : 'GREEN'} without the fix, ${isGreen ? 'green' : 'RED'} with it`);
  return isRed && isGreen;
}

/**
 * Searches for a fault at random, and continues after failures that do not depend on its fix.
 * @returns whether it was found
 */
function search(name: string, edits: Edits, minutes: number): boolean {
  const folder = mkdtempSync(path.join(tmpdir(), 'byodkim-schedule-'));
  const endsAt = Date.now() + minutes * 60_000;
  console.log(`Searching for ${minutes} minutes at most, without the fix, in a copy of ${edits.file}`);
  let played = 0;
  for (let found = 1; Date.now() < endsAt; found += 1) {
    const file = path.join(folder, `${name}-${found}.json`);
    const left = (endsAt - Date.now()) / 60_000;
    const environment = { LONG_SHARE: '1', BYODKIM_SEARCH: file, BYODKIM_SEARCH_MINUTES: `${left}` };
    const isOver = withoutFix(edits, (root) => passes(root, `${TESTS}/simulation.test.ts`, '', environment));
    played += JSON.parse(readFileSync(file, 'utf8')).schedules;
    if (isOver) break;
    console.log(`\n${name}: something failed after ${played} schedules. Is it this fault?`);
    if (replay(name, edits, (root) => playFile(root, file))) {
      console.log(`${name}: found after ${played} schedules. To play it: npm run replay -- ${name} ${file}`);
      return true;
    }
    console.log(`Another one, unless its turns do not lead there again: npm run replay -- ${file}`);
  }
  console.log(`\n${name}: not in ${played} schedules. Its example holds it: npm run replay -- ${name}`);
  return false;
}

function list(): void {
  for (const [name, fault] of Object.entries(faults)) {
    console.log(`${name}: ${fault.what}`);
    console.log(`  found by ${fault.by}; brought by ${fault.brought}; fixed by ${fault.fixed}`);
    console.log(`  ${playedBy(name, fault)}`);
  }
  console.log(`\n${USAGE}`);
}

function main([name, ...more]: string[]): boolean {
  if (name === undefined) {
    list();
    return true;
  }
  const fault = faults[name];
  if (fault === undefined) {
    if (existsSync(name)) return playFile(PROJECT_ROOT, name);
    console.error(`No fault and no file is named ${name}.\n${USAGE}`);
    return false;
  }
  console.log(`${name}: ${fault.what}.`);
  const { without } = fault;
  if (without === undefined) {
    console.log(playedBy(name, fault));
    return fault.test !== undefined && passes(PROJECT_ROOT, heldBy(fault), fault.test.title);
  }
  const [option, minutes = '60'] = more;
  if (option === '--search') return search(name, without, Number(minutes));
  return replay(name, without, (root) => plays(root, fault, option));
}

process.exitCode = main(process.argv.slice(2)) ? 0 : 1;
