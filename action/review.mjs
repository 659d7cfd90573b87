// One step of a GitHub Actions job: runs `byodkim review`, and writes it to a file and to the summary of the job. The job
// holds no token that can write: another job comments (comment.mjs). It is run from a checkout in which nothing was built
// or installed, so it is plain JavaScript and imports nothing.
import { spawnSync } from 'node:child_process';
import { appendFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** The code host takes 65,536 characters. */
const LONGEST = 65_000;

/** Exit codes of `byodkim review`. */
const READY = 0;
const WRONG = 3;
const MEANT = [READY, 2, WRONG, 4];

const { env } = process;

function main() {
  const failsOn = env.FAIL_ON || 'wrong';
  if (!['wrong', 'not-ready', 'nothing'].includes(failsOn))
    throw new Error(`fail-on: found ${JSON.stringify(failsOn)}, expected wrong, not-ready or nothing.`);
  const { exitCode, text } = review();
  const body = bodyOf(exitCode, text);
  const file = path.join(env.RUNNER_TEMP, 'byodkim-review.md');
  writeFileSync(file, body);
  write(env.GITHUB_STEP_SUMMARY, `${body}\n`);
  write(env.GITHUB_OUTPUT, `exit-code=${exitCode}\nfile=${file}\n`);
  if (!MEANT.includes(exitCode)) return 1;
  const fails = { wrong: exitCode === WRONG, 'not-ready': exitCode !== READY, nothing: false };
  return fails[failsOn] ? exitCode : 0;
}

function review() {
  const words = (text) => (text ?? '').split(/\s+/).filter(Boolean);
  const [command, ...first] = words(env.COMMAND || 'npm run --silent byodkim --');
  const list = env.LIST ? ['--list', env.LIST] : [];
  const args = [...first, 'review', '--base', env.BASE || 'HEAD', ...list, ...words(env.OPTIONS)];
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (error) throw new Error(`${command} could not be run: ${error.message}`);
  process.stderr.write(stderr);
  const exitCode = status ?? 1;
  return { exitCode, text: MEANT.includes(exitCode) ? stdout : stderr };
}

function bodyOf(exitCode, text) {
  const review = MEANT.includes(exitCode)
    ? text.trim()
    : `## BYODKIM: the list could not be reviewed\n\n${fenced(text.trim() || `It ended with ${exitCode}.`)}`;
  return review.length < LONGEST ? review : withoutReports(review);
}

/** What DNS says comes last and is long: the job's own log has it. */
function withoutReports(review) {
  const reports = review.indexOf('\n### What DNS says');
  const short = (reports < 0 ? review : review.slice(0, reports)).slice(0, LONGEST - 200);
  // Cut at a line, so that no cell of a table is left open.
  return `${short.slice(0, short.lastIndexOf('\n'))}\n\nThe rest is too long for a comment: see the summary of the job.`;
}

/** A fence longer than any run of backticks in the text. */
function fenced(text) {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${text}\n${fence}`;
}

const write = (file, text) => file && appendFileSync(file, text);

/** A workflow command: a line break in it would begin another. */
const escaped = (text) => text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');

try {
  process.exitCode = main();
} catch (error) {
  console.log(`::error::${escaped(error.message)}`);
  process.exitCode = 1;
}
