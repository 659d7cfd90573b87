// One step of a GitHub Actions job: runs `byodkim review`, and keeps one comment on the pull request up to date with it.
// It is run from a checkout in which nothing was built or installed, so it is plain JavaScript and imports nothing.
import { spawnSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';

/** By this line a comment of ours is found again. */
const MARK = '<!-- byodkim review -->';
/** The code host takes 65,536 characters. */
const LONGEST = 65_000;
const PAGE = 100;
/** A pull request with more comments gets a second one of ours. */
const MOST_PAGES = 30;
const ANSWER_MS = 30_000;

/** Exit codes of `byodkim review`. */
const READY = 0;
const WRONG = 3;
const MEANT = [READY, 2, WRONG, 4];

const { env } = process;

async function main() {
  const failsOn = env.FAIL_ON || 'wrong';
  if (!['wrong', 'not-ready', 'nothing'].includes(failsOn))
    throw new Error(`fail-on: found ${JSON.stringify(failsOn)}, expected wrong, not-ready or nothing.`);
  const { exitCode, text } = review();
  write(env.GITHUB_OUTPUT, `exit-code=${exitCode}\n`);
  const body = bodyOf(exitCode, text);
  write(env.GITHUB_STEP_SUMMARY, `${body}\n`);
  await comment(body);
  if (!MEANT.includes(exitCode)) return 1;
  const fails = { wrong: exitCode === WRONG, 'not-ready': exitCode !== READY, nothing: false };
  return fails[failsOn] ? exitCode : 0;
}

function review() {
  const words = (text) => (text ?? '').split(/\s+/).filter(Boolean);
  const [command, ...first] = words(env.COMMAND || 'npx --no-install byodkim');
  const list = env.LIST ? ['--list', env.LIST] : [];
  const args = [...first, 'review', '--base', env.BASE || 'HEAD', ...list, ...words(env.OPTIONS)];
  // What runs is the pull request's own code: it must not get the token that writes comments.
  const { TOKEN: _, ...rest } = env;
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    env: rest,
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
  if (MARK.length + review.length < LONGEST) return `${MARK}\n${review}`;
  return `${MARK}\n${withoutReports(review)}`;
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

async function comment(body) {
  const number = env.PULL_REQUEST;
  if (!number) return notice('There is no pull request to comment on: the review is in the summary of the job.');
  const issue = `repos/${env.GITHUB_REPOSITORY}/issues`;
  const before = await ownComment(`${issue}/${number}/comments`);
  if (before?.body === body) return;
  const answer = before
    ? await call('PATCH', `${issue}/comments/${before.id}`, { body })
    : await call('POST', `${issue}/${number}/comments`, { body });
  if (answer.status === 403 || answer.status === 404)
    return notice(
      'The token may not comment on this pull request (it needs pull-requests: write; one from a fork never has it): ' +
        'the review is in the summary of the job.',
    );
  if (!answer.ok) throw new Error(`The comment could not be written: ${await told(answer)}`);
}

/** Whoever may write a comment could write our mark into theirs: only one of our author's counts. */
async function ownComment(path) {
  for (let page = 1; page <= MOST_PAGES; page++) {
    const answer = await call('GET', `${path}?per_page=${PAGE}&page=${page}`);
    if (!answer.ok) throw new Error(`The comments could not be read: ${await told(answer)}`);
    const comments = await answer.json();
    const own = comments.find(
      ({ body, user }) => user?.login === env.COMMENT_AUTHOR && body?.startsWith(MARK),
    );
    if (own || comments.length < PAGE) return own;
  }
  return undefined;
}

const call = (method, path, body) =>
  fetch(`${env.GITHUB_API_URL}/${path}`, {
    method,
    headers: {
      accept: 'application/vnd.github+json',
      authorization: `Bearer ${env.TOKEN}`,
      'content-type': 'application/json',
      'user-agent': 'byodkim-review',
    },
    signal: AbortSignal.timeout(ANSWER_MS),
    ...(body && { body: JSON.stringify(body) }),
  });

const told = async (answer) => `${answer.status} ${(await answer.text()).slice(0, 300)}`;
const write = (file, text) => file && appendFileSync(file, text);

/** A workflow command: a line break in it would begin another. */
const escaped = (text) => text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
const notice = (text) => console.log(`::notice::${escaped(text)}`);

main().then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
  (error) => {
    console.log(`::error::${escaped(error.message)}`);
    process.exitCode = 1;
  },
);
