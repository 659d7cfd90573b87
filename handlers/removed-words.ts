/**
 * Words that lists, events and props no longer know, and what to write instead. Part of the contract: both ends import
 * this file. A path is that of the setting in a domain's entry, in `control` and its neighbours, or in an event.
 */
const REMOVED: Readonly<Record<string, string>> = {
  // Each region is an entry of its own.
  regions:
    'write an entry of its own for each further region, `example.com@us-east-1`, with its own selector',
  formerRegions: 'leave it out: each region is an entry of its own, `example.com@us-east-1`',
  'rotation.regions': 'leave it out: each region has a transaction and a selector of its own',
  // The list says which selector signs.
  rotate: 'leave it out; `byodkim rotate --due` writes the next selector of every domain that is due',
  'rotation.automatic':
    'leave it out; `byodkim rotate --due` writes the next selector of every domain that is due',
  'allow.rotatesIn': 'leave it out: the function does not publish records',
  // How DNS is asked.
  'gate.requiredPercent':
    'leave it out (at least half of the servers must answer), or write gate.strict: true',
  'gate.minimumServers':
    'leave it out (at least half of the servers must answer), or write gate.strict: true',
  'gate.answerSeconds': 'leave it out: the deadlines are fixed',
  'gate.roundSeconds': 'leave it out: the deadlines are fixed',
  'gate.transport': 'leave it out: TCP is used where UDP gets no answer',
  'gate.addressFamily': 'leave it out: the address families of the machine are used',
  'allow.nameservers': 'list the addresses in allow.servers',
  'allow.resolvers': 'list the addresses in allow.servers',
  'allow.withoutResolvers':
    'list the name servers in allow.servers; a domain that names them needs no resolver (gate.resolvers: [])',
  'allow.requiredPercent': 'leave it out: at least half of the servers must always answer',
  'allow.minimumServers': 'leave it out: at least half of the servers must always answer',
  'allow.answerSeconds': 'leave it out: the deadlines are fixed',
  'allow.roundSeconds': 'leave it out: the deadlines are fixed',
  'allow.transport': 'leave it out: TCP is used where UDP gets no answer',
  'allow.addressFamily': 'leave it out: the address families of the machine are used',
  // How SES is waited for.
  'verification.waitSeconds': 'leave it out: an apply waits up to 60 seconds, and the check goes on after it',
  // Keys and records.
  'record.publicKey': 'leave it out: the function reads it off the private key in S3',
  hostedZoneId: 'write record.hostedZoneId',
  previousSelectors: 'write record.previousSelectors',
  'keyStore.existing': 'write keyStore.bucket: { existing: NAME }',
  'record.ttlSeconds': 'leave it out: records are published with 300 seconds',
  // The function and its surroundings.
  'control.reservedConcurrency': 'reserve it outside of the stack: aws lambda put-function-concurrency',
  'control.memorySize': 'leave it out: the function has 512 MB',
  'control.tags': 'write the tags in defaults.tags: the control stack has them too',
  'control.keyStore.ledgerWriters': 'leave it out: only the function writes ledgers',
  'audit.always': 'leave it out; byodkim audit --always sends the report of one run',
  'audit.enabled': 'leave it out: the audit always runs, and notifies nobody without topics.audit',
  'audit.alarm': 'leave it out: there is an alarm wherever topics.audit is given',
  'provider.knownRegions': 'leave it out: any name of the form of a region is taken',
  'provider.profile': 'set AWS_PROFILE where you deploy',
  'backend.local': 'leave it out: without backend.s3 the state files are in state/, beside the list',
  'backend.s3.lockfile': 'leave it out: the state is locked with a file in S3 unless lockTable is given',
};

/** Actions that the function no longer knows, and what to do instead. */
const REMOVED_ACTIONS: Readonly<Record<string, string>> = {
  rotate_due: 'change the selector in the list, by `byodkim rotate --due`',
  delete_key: 'delete the key in S3 yourself; `byodkim status` says from when it is no longer needed',
};

/**
 * Returns what to write in place of a setting that was removed; undefined for one that never was.
 * @param path dotted; in a list with its beginning, such as `domains.example.com.gate.transport`
 */
export function replacementOf(path: string): string | undefined {
  // A domain's name holds dots: what counts is the path's end.
  const steps = path.split('.');
  for (let from = 0; from < steps.length; from += 1) {
    const end = steps.slice(from).join('.');
    if (Object.hasOwn(REMOVED, end)) return REMOVED[end];
  }
  return undefined;
}

/** Returns what to do in place of an action that was removed. */
export const replacementOfAction = (action: unknown): string | undefined =>
  typeof action === 'string' && Object.hasOwn(REMOVED_ACTIONS, action) ? REMOVED_ACTIONS[action] : undefined;
