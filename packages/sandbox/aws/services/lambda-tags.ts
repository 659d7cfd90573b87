import { invalid } from '../../lambda/errors';
import type { Tag } from '../resource-tags';

const MOST_TAGS = 50;

/** @throws AwsError InvalidParameterValueException */
export function checkTagCount(tags: readonly Tag[]): void {
  const keys = new Set(tags.map(({ Key }) => Key));
  if (keys.size > MOST_TAGS) throw invalid('Number of tags exceeds resource tag limit.');
  if ([...keys].some((key) => /^aws:/i.test(key)))
    throw invalid('Tag keys that begin with aws: are reserved.');
}

/** Tags are the function's, never a version's or an alias's. @throws AwsError InvalidParameterValueException */
export function checkTagged(functionArn: string): void {
  if (/:function:[^:]+:/.test(functionArn))
    throw invalid('Tags on function aliases and versions are not supported. Please specify a function ARN.');
}
