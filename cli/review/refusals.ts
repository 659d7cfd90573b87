import type { ChangedSetting, DomainChange, ListChanges } from './changes';

/** Returns what `byodkim deploy` will refuse, since it would lose keys, armed reverts or an identity. Markdown. */
export const refusalsOf = ({ domains, settings }: Pick<ListChanges, 'domains' | 'settings'>): string[] => [
  ...settings.flatMap((setting) => refusalOfSetting(setting) ?? []),
  ...domains.flatMap((change) => refusalOfDomain(change) ?? []),
];

/** @returns undefined where a deploy carries the change out */
export function refusalOfSetting({ path, before }: ChangedSetting): string | undefined {
  if (path === 'control.functionName')
    return (
      '`control.functionName`: the function cannot be renamed while domains are deployed. Armed reverts would be lost, and no ' +
      'domain could be changed or destroyed any more.'
    );
  const isMadeBucket =
    (path === 'control.keyStore.bucket' && (before === undefined || typeof before === 'string')) ||
    (path === 'control.keyStore.bucket.existing' && before === undefined);
  if (!isMadeBucket) return undefined;
  return (
    '`control.keyStore.bucket`: the control stack has made another bucket, with keys and ledgers that do not move by ' +
    'themselves. The bucket cannot be changed after the first deploy.'
  );
}

function refusalOfDomain(change: DomainChange): string | undefined {
  if (change.kind !== 'changed') return undefined;
  const { before, after } = change;
  if (before.region !== after.region)
    return (
      `\`${after.stack}\`: the region of an entry must not change; found ${after.region}, expected ${before.region}, where its ` +
      `key is. To move the domain, add \`${after.domain}@${after.region}\` with a new selector, deploy it, send mail ` +
      `through ${after.region}, then run \`byodkim destroy ${before.stack}\` and remove that entry.`
    );
  if (before.identity === 'existing' || after.identity !== 'existing') return undefined;
  return (
    `\`${after.stack}\`: with \`identity: existing\` the stack lets go of the identity that it manages, and the engine would ` +
    'delete it. Take it out of the state first (`state rm`).'
  );
}
