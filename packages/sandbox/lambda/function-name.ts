import { AwsError } from '../contract/service';
import { invalid } from './errors';

/**
 * Reads a name, a partial ARN (`123456789012:function:name`) or an ARN, each with or without a qualifier: `$LATEST` or
 * an alias. To IAM, no qualifier differs from `$LATEST`.
 */
export function parseFunctionName(text: string, qualifier?: string): { name: string; qualifier?: string } {
  const match =
    /^(?:(?:arn:aws[\w-]*:lambda:[\w-]+:)?(?:\d{12}:)?function:)?([\w-]{1,64})(?::(\$LATEST|[\w-]+))?$/.exec(
      text ?? '',
    );
  if (!match) {
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value '${text}' at 'functionName' failed to satisfy constraint: Member must ` +
        'satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:lambda:)?…(function:)?([a-zA-Z0-9-_]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?',
    );
  }
  if (match[2] !== undefined && qualifier !== undefined && match[2] !== qualifier) {
    throw invalid('The derived qualifier from the function name does not match the specified qualifier.');
  }
  return { name: match[1]!, qualifier: match[2] ?? qualifier };
}
