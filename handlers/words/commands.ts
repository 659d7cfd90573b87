/** Returns the command that sets the tag of an identity. */
export const tagCommand = (arn = 'ARN'): string =>
  `aws sesv2 tag-resource --region ${arn.split(':')[3] ?? 'REGION'} --resource-arn ${arn} ` +
  '--tags Key=byodkim,Value=managed';

/** Commands that print more about a domain, as rows name them. */
export const STATUS = 'byodkim status <domain>';
export const RECORD = 'byodkim record <domain> && byodkim check <domain> --wait 3600';
export const CHECK = 'byodkim check <domain>';
