import { trustPolicy } from '../function-policy';

/** What a job of GitHub Actions must be to take a role on; the token's `sub` names it. */
export type GithubJob = 'environment:production' | 'pull_request' | 'default branch';

const ISSUER = 'token.actions.githubusercontent.com';

/**
 * Returns the trust policy (JSON) of a role that jobs of these kinds in one repository take on.
 * `repo:ORG/REPO:*` would let everyone who can push a branch deploy.
 */
export const githubTrust = (
  { partition, account }: { readonly partition: string; readonly account: string },
  repository: string,
  jobs: readonly GithubJob[],
  branch: string,
): string =>
  trustPolicy(
    { Federated: `arn:${partition}:iam::${account}:oidc-provider/${ISSUER}` },
    {
      StringEquals: {
        [`${ISSUER}:aud`]: 'sts.amazonaws.com',
        [`${ISSUER}:sub`]: jobs.map(
          (job) => `repo:${repository}:${job === 'default branch' ? `ref:refs/heads/${branch}` : job}`,
        ),
      },
    },
    'sts:AssumeRoleWithWebIdentity',
  );
