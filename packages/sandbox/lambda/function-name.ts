import { AwsError } from '../aws/service';

/** A function as a caller may name it. */
export interface FunctionName {
  readonly name: string;
  /** `$LATEST`, when none is given. */
  readonly qualifier: string;
}

/** Reads a name, a partial ARN (`123456789012:function:name`) or an ARN, each with or without a qualifier. */
export function parseFunctionName(text: string, qualifier?: string): FunctionName {
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
  return { name: match[1]!, qualifier: match[2] ?? qualifier ?? '$LATEST' };
}
