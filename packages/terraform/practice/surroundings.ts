/**
 * What a shell says of AWS, of the engine and of CI is meant for others than the sandbox: the token of a session, a
 * profile, a workspace, flags, a cache. On a runner of CI a state on the machine itself is refused, but a sandbox and
 * its states are lost together.
 */
const OTHERS = /^((AWS|TF)_.*|CI)$/s;

/** Takes it out of the environment of this process, and so of all that it starts. */
export function forgetSurroundings(environment = process.env): void {
  for (const name of Object.keys(environment)) if (OTHERS.test(name)) delete environment[name];
}

/** Removes these variables from a shell. */
const FORGET = `unset CI
for name in $(env | sed -n -e 's/^\\(AWS_[A-Za-z0-9_]*\\)=.*/\\1/p' -e 's/^\\(TF_[A-Za-z0-9_]*\\)=.*/\\1/p'); do
  unset "$name"
done
`;

/** Writes a file that any POSIX shell can source: it forgets, and has this instead. */
export const asShell = (environment: Readonly<Record<string, string>>): string =>
  FORGET +
  Object.entries(environment)
    .map(([name, value]) => `export ${name}='${value.replaceAll("'", "'\\''")}'\n`)
    .join('');
