/** Returns the command that sets the tag of an identity. */
export const tagCommand = (arn = 'ARN'): string =>
  `aws sesv2 tag-resource --region ${arn.split(':')[3] ?? 'REGION'} --resource-arn ${arn} ` +
  '--tags Key=byodkim,Value=managed';
