import type { Snapshot } from './ledger';
import type { Place } from './session';

/**
 * The `aws` commands that put a state back by hand (AWS CLI v2, `sesv2`). The private key is fetched into a
 * variable and never shown; the Put takes it without its PEM lines.
 */
export function manualCommands({ domain, region }: Place, { restoration, enabled }: Snapshot): string[] {
  const identity = `--email-identity ${domain} --region ${region}`;
  const flag = (on: boolean) =>
    `aws sesv2 put-email-identity-dkim-attributes ${identity} ${on ? '--signing-enabled' : '--no-signing-enabled'}`;
  const show = `aws sesv2 get-email-identity ${identity} --query DkimAttributes`;
  switch (restoration.kind) {
    case 'easy-dkim':
      return [
        `aws sesv2 put-email-identity-dkim-signing-attributes ${identity} --signing-attributes-origin AWS_SES`,
        flag(enabled),
        show,
      ];
    case 'byodkim':
      return [...putByHand({ domain, region }, restoration.selector, restoration.key), flag(enabled), show];
    case 'disable':
      return [flag(false), show];
  }
}

/** Fetches the key and sets it: no trace of it in the shell's history, the process list or a file. */
export function putByHand(
  { domain, region }: Place,
  selector: string,
  key: { bucket: string; key: string; versionId?: string },
): string[] {
  const version = key.versionId ? ` --version-id ${key.versionId}` : '';
  const input =
    `{"EmailIdentity":"${domain}","SigningAttributesOrigin":"EXTERNAL","SigningAttributes":` +
    `{"DomainSigningSelector":"${selector}","DomainSigningPrivateKey":"%s"}}`;
  return [
    `KEY=$(aws s3api get-object --bucket ${key.bucket} --key ${key.key}${version} /dev/stdout ` +
      `| openssl pkey -outform DER | base64 | tr -d '\\n')`,
    `printf '${input}' "$KEY" | aws sesv2 put-email-identity-dkim-signing-attributes --region ${region} ` +
      '--cli-input-json file:///dev/stdin',
    'unset KEY',
  ];
}
