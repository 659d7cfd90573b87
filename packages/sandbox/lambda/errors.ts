import { AwsError } from '../contract/service';

export const invalid = (message: string): AwsError => new AwsError('InvalidParameterValueException', message);

export const notFound = (message: string): AwsError =>
  new AwsError('ResourceNotFoundException', message, 404);
