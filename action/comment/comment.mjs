// One step of a GitHub Actions job: keeps one comment on the pull request up to date with a review that another job wrote.
// It runs nothing of the pull request's, so that its token is safe. Plain JavaScript, which imports nothing.
import { readFileSync } from 'node:fs';

/** By this line a comment of ours is found again. */
const MARK = '<!-- byodkim review -->';
const PAGE = 100;
/** A pull request with more comments gets a second one of ours. */
const MOST_PAGES = 30;
const ANSWER_MS = 30_000;

const { env } = process;

async function comment() {
  const body = `${MARK}\n${readFileSync(env.REVIEW, 'utf8')}`;
  const number = env.PULL_REQUEST;
  if (!number) return notice('There is no pull request to comment on: the review is in the summary of its job.');
  const issue = `repos/${env.GITHUB_REPOSITORY}/issues`;
  const before = await ownComment(`${issue}/${number}/comments`);
  if (before?.body === body) return;
  const answer = before
    ? await call('PATCH', `${issue}/comments/${before.id}`, { body })
    : await call('POST', `${issue}/${number}/comments`, { body });
  if (answer.status === 403 || answer.status === 404)
    return notice(
      'The token may not comment on this pull request (it needs pull-requests: write; one from a fork never has it): ' +
        'the review is in the summary of its job.',
    );
  if (!answer.ok) throw new Error(`The comment could not be written: ${await described(answer)}`);
}

/** Whoever may write a comment could write our mark into theirs: only one of our author's counts. */
async function ownComment(path) {
  for (let page = 1; page <= MOST_PAGES; page++) {
    const answer = await call('GET', `${path}?per_page=${PAGE}&page=${page}`);
    if (!answer.ok) throw new Error(`The comments could not be read: ${await described(answer)}`);
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

const described = async (answer) => `${answer.status} ${(await answer.text()).slice(0, 300)}`;
/** A workflow command: a line break in it would begin another. */
const escaped = (text) => text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
const notice = (text) => console.log(`::notice::${escaped(text)}`);

comment().catch((error) => {
  console.log(`::error::${escaped(error.message)}`);
  process.exitCode = 1;
});
