import type { ChangedSetting, DomainChange, ListChanges } from './changes';

/** What `byodkim deploy` will refuse, since its plan would lose keys, armed reverts or an identity. Markdown. */
export const lossesOf = ({ domains, settings }: Pick<ListChanges, 'domains' | 'settings'>): string[] => [
  ...settings.flatMap(refusalOfSetting),
  ...domains.flatMap(refusalOfDomain),
];

function refusalOfSetting({ path, before }: ChangedSetting): string[] {
  if (path === 'control.functionName')
    return [
      '`control.functionName`: the function cannot be renamed while domains are deployed. Armed reverts would be lost, and no ' +
        'domain could be changed or destroyed any more.',
    ];
  const wasMade =
    (path === 'control.keyStore.bucket' && (before === undefined || typeof before === 'string')) ||
    (path === 'control.keyStore.bucket.existing' && before === undefined);
  if (!wasMade) return [];
  return [
    '`control.keyStore.bucket`: the control stack has made another bucket, with keys and ledgers that do not move by ' +
      'themselves. The bucket cannot be changed after the first deploy.',
  ];
}

function refusalOfDomain(change: DomainChange): string[] {
  if (change.kind !== 'changed' || change.before.identity === 'existing') return [];
  const { before, after } = change;
  if (after.identity === 'existing')
    return [
      `\`${after.stack}\`: with \`identity: existing\` the stack lets go of the identity that it manages, and the engine would ` +
        'delete it. Take it out of the state first (`state rm`).',
    ];
  if (before.region === after.region) return [];
  return [
    `\`${after.stack}\`: the identity in ${before.region} would be deleted. Add an entry for ${after.region}, with a selector of ` +
      'its own, and destroy this one when nothing sends there any more.',
  ];
}
