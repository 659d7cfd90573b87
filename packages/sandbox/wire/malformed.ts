import { AwsError } from '../aws/service';

/** A request whose bytes are not what the protocol says. Each protocol's own code is put in by `refusals.ts`. */
export const malformed = (message: string): AwsError => new AwsError('SerializationException', message, 400);
