/**
 * Matches variables of a shell that are meant for AWS, the engine or CI, not for the sandbox: a session token, a
 * profile, a workspace, flags, a cache. `CI` is among them because the command refuses local state on a CI runner,
 * although a sandbox and its states are lost together.
 */
const OTHERS = /^((AWS|TF)_.*|CI)$/s;

/** Removes these variables from the environment of this process, and so from all processes that it starts. */
export function forgetSurroundings(environment = process.env): void {
  for (const name of Object.keys(environment)) if (OTHERS.test(name)) delete environment[name];
}

/** Removes these variables from a shell. */
const FORGET = `unset CI
for name in $(env | sed -n -e 's/^\\(AWS_[A-Za-z0-9_]*\\)=.*/\\1/p' -e 's/^\\(TF_[A-Za-z0-9_]*\\)=.*/\\1/p'); do
  unset "$name"
done
`;

/** Formats a file that any POSIX shell can source: it unsets these variables, and exports the given ones. */
export const asShell = (environment: Readonly<Record<string, string>>): string =>
  FORGET +
  Object.entries(environment)
    .map(([name, value]) => `export ${name}='${value.replaceAll("'", "'\\''")}'\n`)
    .join('');
