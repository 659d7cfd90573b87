import type { Place } from '../contract/input/event';
import { shellWord } from '../escape';
import type { Snapshot } from '../ledger/ledger';

/**
 * Returns the `aws` commands that restore a state manually (`sesv2`). The private key is fetched into a variable and never
 * printed; the Put takes it without its PEM lines. The commands contain no double quote and no backslash, since errors reach a
 * person as JSON text, from which the commands must be copied unchanged.
 */
export function manualCommands(
  place: Place,
  { restoration, enabled }: Pick<Snapshot, 'restoration' | 'enabled'>,
): string[] {
  const { kind } = restoration;
  return [
    ...(kind === 'byodkim' ? putKeyCommands(place, restoration.selector, restoration.key) : []),
    ...(kind === 'easy-dkim' ? [easyDkimCommand(place)] : []),
    setSigningCommand(place, kind !== 'disable' && enabled),
    showStateCommand(place),
  ];
}

const identity = ({ domain, region }: Place): string =>
  `--email-identity ${shellWord(domain)} --region ${shellWord(region)}`;

const easyDkimCommand = (place: Place): string =>
  `aws sesv2 put-email-identity-dkim-signing-attributes ${identity(place)} --signing-attributes-origin AWS_SES`;

export const showStateCommand = (place: Place): string =>
  `aws sesv2 get-email-identity ${identity(place)} --query DkimAttributes`;

export const setSigningCommand = (place: Place, on: boolean): string =>
  `aws sesv2 put-email-identity-dkim-attributes ${identity(place)} ${on ? '--signing-enabled' : '--no-signing-enabled'}`;

/** PKCS#1: OpenSSL 3 writes this form only with this option, which OpenSSL 1 and LibreSSL neither have nor need. */
const TRADITIONAL = '$(openssl rsa -help 2>&1 | grep -om1 -e -traditional)';

/**
 * Returns the commands that fetch the key and set it without a trace in the shell's history, the process list or a file. The
 * object goes through another descriptor, since `get-object` prints its description after it, on the same line if the file
 * does not end with one. `printf` is the shell's own, and `file:///dev/stdin` may hold the shorthand form.
 */
export function putKeyCommands(
  place: Place,
  selector: string,
  key: { bucket: string; key: string; versionId?: string },
): string[] {
  const version = key.versionId ? ` --version-id ${shellWord(key.versionId)}` : '';
  return [
    `KEY=$(aws s3api get-object --bucket ${shellWord(key.bucket)} --key ${shellWord(key.key)}${version} /dev/fd/3 ` +
      `3>&1 >/dev/null | openssl rsa ${TRADITIONAL} -outform DER | openssl base64 -A)`,
    `printf ${shellWord(`DomainSigningSelector=${selector},DomainSigningPrivateKey=%s`)} $KEY | ` +
      `aws sesv2 put-email-identity-dkim-signing-attributes ${identity(place)} ` +
      '--signing-attributes-origin EXTERNAL --signing-attributes file:///dev/stdin',
    'unset KEY',
  ];
}
