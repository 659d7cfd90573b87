import { AwsError } from '../aws/service';

/** How each service names a request that it cannot take: one that breaks the model, and one that the protocol does not know. */
const NAMES: Readonly<Record<string, readonly [invalid: string, malformed: string]>> = {
  ses: ['BadRequestException', 'SerializationException'],
  lambda: ['ValidationException', 'InvalidRequestContentException'],
  scheduler: ['ValidationException', 'SerializationException'],
  logs: ['InvalidParameterException', 'SerializationException'],
  kms: ['ValidationException', 'SerializationException'],
  events: ['ValidationException', 'SerializationException'],
  iam: ['ValidationError', 'MalformedInput'],
  sts: ['ValidationError', 'MalformedInput'],
  sns: ['ValidationError', 'MalformedInput'],
  cloudwatch: ['ValidationError', 'MalformedInput'],
  s3: ['InvalidArgument', 'MalformedXML'],
  route53: ['InvalidInput', 'MalformedInput'],
};
const namesOf = (service: string) => NAMES[service] ?? ['ValidationException', 'SerializationException'];

export const invalidInput = (service: string, message: string): AwsError =>
  new AwsError(namesOf(service)[0], message);

/** A malformed request, in the service's own words. */
export function malformedInput(service: string, { message }: Error): AwsError {
  if (service !== 's3') return new AwsError(namesOf(service)[1], message);
  return /Content-Length/.test(message) ? new AwsError('IncompleteBody', message) : malformedXml();
}

export const malformedXml = (): AwsError =>
  new AwsError(
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema',
  );

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
