import { AwsError } from '../contract/service';
import { modelOf } from './models';
import { type ErrorName, untoldOf } from './untold';

/** Makes an error that any call can return, under the service's own name for it. */
function named(service: string, which: ErrorName, message: string): AwsError {
  const [code = '', statusCode] = untoldOf(service).errors[which].split(' ');
  return new AwsError(code, message, Number(statusCode));
}

export const accessDenied = (service: string, message: string): AwsError => named(service, 'denied', message);

export const throttled = (service: string): AwsError =>
  named(service, 'throttled', service === 's3' ? 'Please reduce your request rate.' : 'Rate exceeded');

export const internalError = (service: string, message = 'An internal error occurred.'): AwsError =>
  named(service, 'fault', message);

export const conflict = (service: string): AwsError =>
  named(service, 'conflict', 'The operation conflicts with another one on the same resource.');

/** Makes the error for a request that breaks the model. */
export const invalidInput = (service: string, message: string): AwsError =>
  named(service, 'invalid', message);

/** Makes the error for a page token that was never issued. */
export const invalidToken = (service: string, name: string): AwsError =>
  named(service, 'token', `The specified ${name} is invalid.`);

/** Makes the error for a request that the protocol does not recognise, in the service's own words. */
export function malformedInput(service: string, { message }: Error): AwsError {
  if (service !== 's3') return named(service, 'malformed', message);
  return /Content-Length/.test(message) ? new AwsError('IncompleteBody', message) : malformedXml();
}

export const malformedXml = (): AwsError =>
  named(
    's3',
    'malformed',
    'The XML you provided was not well-formed or did not validate against our published schema',
  );

/**
 * Refuses an operation, or a member of one, that AWS supports and the sandbox does not. No client mistakes this answer
 * for AWS's.
 */
export class NotServed extends AwsError {
  readonly operation: string;

  constructor(service: string, operation: string, member?: string) {
    const what = `${service}:${operation}${member ? ` with ${member}` : ''}`;
    super('NotImplemented', `AWS has ${what}; the sandbox has not.`, 501);
    this.operation = what;
  }
}

/** @throws NotServed for the first member that has a value and is ignored here */
export function refuseNotModelled(service: string, operation: string, input: any): void {
  const members = untoldOf(service).refused?.[operation]?.split(' ') ?? [];
  const sent = members.find((member) =>
    saysSomething(member.split('.').reduce((value, name) => value?.[name], input)),
  );
  if (sent !== undefined) throw new NotServed(service, operation, sent);
}

const saysSomething = (value: any): boolean =>
  typeof value === 'object' && value !== null && !(value instanceof Date)
    ? Object.values(value).some(saysSomething)
    : Boolean(value);

export function unknownOperation(service: string, what: string): AwsError {
  if (service === 's3')
    return new AwsError(
      'MethodNotAllowed',
      'The specified method is not allowed against this resource.',
      405,
    );
  return modelOf(service)?.protocols.includes('query')
    ? new AwsError('InvalidAction', `Could not find operation ${what}`)
    : new AwsError('UnknownOperationException', `${service} does not know ${what}`, 404);
}
