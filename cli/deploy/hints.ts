/** What an engine says, and what it means here. */
const HINTS: readonly [pattern: RegExp, hint: string][] = [
  [
    /Function not found/,
    'The control plane of this region is not there yet. What a domain would change can be shown once it is; ' +
      'npm run deploy makes it first.',
  ],
  [
    /Instance cannot be destroyed/,
    'The bucket of private keys is protected. To give the keys up, set control.keyStore.protect to false in the list, ' +
      'then destroy again.',
  ],
  [
    /BucketNotEmpty/,
    'The bucket still holds keys, and is left as it is. To give them up, delete every version of every object in it, ' +
      'then destroy again.',
  ],
  [
    /No argument or block type is named "use_lockfile"|argument named "use_lockfile" is not expected/,
    'This engine is older than 1.10 and cannot lock with a file in S3. Set backend.s3.lockTable in the list, or take a ' +
      'newer engine.',
  ],
  [
    /Backend configuration changed|Backend type changed/i,
    'The state of this stack lay elsewhere when it was deployed last from this folder. Was the backend of the list changed ' +
      "on purpose, then move the state: `init -migrate-state` of the engine, in the stack's folder below cdktf.out/stacks. " +
      'Was it not, then put the list back. Never `-reconfigure`: the next deploy would begin from nothing.',
  ],
  [
    /Function already exist|EntityAlreadyExists|BucketAlreadyOwnedByYou|ResourceAlreadyExistsException|Schedule group .* already exists/,
    'What this stack would make is there already, and the state of another checkout or backend owns it. Deploy with the ' +
      'backend that it was made with (backend in the list); for a second control plane beside the first, set ' +
      'control.functionName. Do not delete it by hand: it holds the way back of every domain.',
  ],
  [
    /Error acquiring the state lock/,
    'Somebody else is deploying the same stack. Wait for them to end; a lock that was left behind is freed with the ' +
      "engine's force-unlock, in the stack's folder below cdktf.out/stacks.",
  ],
  [
    // With a confirmation after it, the signing state stays.
    /_Signing_[0-9A-F]{8}\b.*: Creation complete(?![\s\S]*_Confirmation_[0-9A-F]{8}\b.*: Creation complete)/,
    'Signing had been set when something else failed. What is not confirmed goes back by itself: ' +
      '`npm run byodkim -- status` says whether and when. Mend the cause and deploy again, before or after that.',
  ],
];

/** What to add to an engine's own words, where they do not say what to do. */
export const hintsFor = (output: string): string[] =>
  HINTS.filter(([pattern]) => pattern.test(output)).map(([, hint]) => hint);

/** What is to be done after a run that went well. */
const ADVICE: readonly [pattern: RegExp, hint: string][] = [
  [
    /^aws_lambda_function\.[^\n]*: Creation complete/m,
    'The control plane is new. Show once that what it arms comes back, before a change depends on it: ' +
      '`npm run byodkim -- drill`. It touches no identity and takes two minutes.',
  ],
];

export const adviceAfter = (output: string): string[] =>
  ADVICE.filter(([pattern]) => pattern.test(output)).map(([, hint]) => hint);
