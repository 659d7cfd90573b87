/**
 * What a shell says of AWS and of the engine is meant for others than the sandbox: the token of a session, a profile, a
 * workspace, flags, a cache.
 */
const OTHERS = /^(AWS|TF)_/;

/** Takes it out of the environment of this process, and so of all that it starts. */
export function forgetSurroundings(environment = process.env): void {
  for (const name of Object.keys(environment)) if (OTHERS.test(name)) delete environment[name];
}

/** Removes these variables from a shell. */
const FORGET = `for name in $(env | sed -n -e 's/^\\(AWS_[A-Za-z0-9_]*\\)=.*/\\1/p' -e 's/^\\(TF_[A-Za-z0-9_]*\\)=.*/\\1/p'); do
  unset "$name"
done
`;

/** Writes a file that any POSIX shell can source: it forgets, and has this instead. */
export const asShell = (environment: Readonly<Record<string, string>>): string =>
  FORGET +
  Object.entries(environment)
    .map(([name, value]) => `export ${name}='${value.replaceAll("'", "'\\''")}'\n`)
    .join('');
