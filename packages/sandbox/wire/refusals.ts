import { AwsError } from '../aws/service';

interface Names {
  /** The input breaks the model. */
  readonly invalid: string;
  /** The body is not what the protocol says. */
  readonly malformed: string;
}

/** How each service names a request that it cannot take. */
const NAMES: Readonly<Record<string, Names>> = {
  ses: { invalid: 'BadRequestException', malformed: 'SerializationException' },
  lambda: { invalid: 'ValidationException', malformed: 'InvalidRequestContentException' },
  scheduler: { invalid: 'ValidationException', malformed: 'SerializationException' },
  logs: { invalid: 'InvalidParameterException', malformed: 'SerializationException' },
  kms: { invalid: 'ValidationException', malformed: 'SerializationException' },
  ssm: { invalid: 'ValidationException', malformed: 'SerializationException' },
  iam: { invalid: 'ValidationError', malformed: 'MalformedInput' },
  sts: { invalid: 'ValidationError', malformed: 'MalformedInput' },
  sns: { invalid: 'ValidationError', malformed: 'MalformedInput' },
  cloudwatch: { invalid: 'ValidationError', malformed: 'MalformedInput' },
  s3: { invalid: 'InvalidArgument', malformed: 'MalformedXML' },
  route53: { invalid: 'InvalidInput', malformed: 'MalformedInput' },
};

export const invalidInput = (service: string, message: string): AwsError =>
  new AwsError(NAMES[service]?.invalid ?? 'ValidationException', message);

/** A malformed request, in the service's own words. */
export function malformedInput(service: string, error: Error): AwsError {
  const message =
    service === 's3'
      ? /Content-Length/.test(error.message)
        ? error.message
        : 'The XML you provided was not well-formed or did not validate against our published schema'
      : error.message;
  const code =
    service === 's3' && /Content-Length/.test(error.message) ? 'IncompleteBody' : NAMES[service]?.malformed;
  return new AwsError(code ?? 'SerializationException', message);
}

/** An operation, or a member of one, that AWS has and the sandbox has not: the sandbox's own answer, that no client takes for AWS's. */
export class NotServed extends AwsError {
  readonly operation: string;

  constructor(service: string, operation: string, member?: string) {
    const what = `${service}:${operation}${member ? ` with ${member}` : ''}`;
    super('NotImplemented', `AWS has ${what}; the sandbox has not.`, 501);
    this.operation = what;
  }
}

export const unknownOperation = (service: string, what: string): AwsError =>
  service === 's3'
    ? new AwsError('MethodNotAllowed', 'The specified method is not allowed against this resource.', 405)
    : ['iam', 'sts', 'sns', 'cloudwatch'].includes(service)
      ? new AwsError('InvalidAction', `Could not find operation ${what}`)
      : new AwsError('UnknownOperationException', `${service} does not know ${what}`, 404);
