import { AwsError } from '../service';

const MAX_MESSAGE_BYTES = 256 * 1024;
/** ASCII without control characters, under 100 characters, begun by a letter, a number or punctuation. */
const SUBJECT = /^[\x21-\x7e][\x20-\x7e]{0,98}$/;

/** What `Publish` sends, checked. @throws AwsError InvalidParameter */
export function readMessage({ Subject: subject, Message: message }: any): {
  subject?: string;
  message: string;
} {
  if (typeof message !== 'string' || message === '') throw invalid('Empty message');
  if (Buffer.byteLength(message) > MAX_MESSAGE_BYTES) throw invalid('Message too long');
  if (subject !== undefined && !SUBJECT.test(subject)) throw invalid('Subject');
  return { subject, message };
}

export const invalid = (what: string): AwsError =>
  new AwsError('InvalidParameter', `Invalid parameter: ${what}`);
